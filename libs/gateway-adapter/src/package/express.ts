// The package's door for Express, Connect, and Node's own HTTP server.
export { receiveNotifications, routerProtected, sendAnswer } from '../adapters/express.js';
export type { NodeMiddleware, NodeRequest } from '../adapters/express.js';
export type { NodeResponse } from '../adapters/node-response.js';
export { type RouterProtectedOptions, ticketOf } from '../adapters/request-ticket.js';
