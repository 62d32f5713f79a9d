// The package's main door: what needs no web framework.

// Asking the router
export { RouterClient } from '../adapters/router-client.js';
export type { NatsSource, RouterClientOptions } from '../adapters/router-client.js';
export type { RouterCall } from '../adapters/router-call.js';
export type { RefusedByRouter, RouterAnswer, RouterUnavailable } from '../core/router-answer.js';

// Serving decide over HTTP, on any server
export { DecideGateway } from '../adapters/decide-gateway.js';
export type { HttpHeaders } from '../core/check-headers.js';
export type { GatewayFailure, HttpAnswer } from '../core/http-answer.js';

// Watching it
export type { GatewayEvent, HttpRoute } from '../core/gateway.events.js';
