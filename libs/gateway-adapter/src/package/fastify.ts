// The package's door for Fastify.
export { receiveNotifications, routerProtected, sendAnswer } from '../adapters/fastify.js';
export type {
  FastifyHook,
  FastifyLike,
  FastifyReplyLike,
  FastifyRequestLike,
} from '../adapters/fastify.js';
export { type RouterProtectedOptions, ticketOf } from '../adapters/request-ticket.js';
