// The package's main door: what needs no web framework.

// A gateway that knows the router's load
export { createGateway } from '../adapters/gateway.js';
export type { CallerWish } from '../adapters/caller-wish.js';
export type {
  DecideCall,
  DecideOutcome,
  EntryRequest,
  Gateway,
  GatewayEntry,
  GatewayOptions,
  GatewayTicket,
  RouterPort,
  SubjectGate,
} from '../adapters/gateway-types.js';
export type { GatewayRefusal, GrpcFailure } from '../adapters/gateway-refusal.js';
export { ticketOf } from '../adapters/request-ticket.js';

// Settings of its parts
export type { RetryingClientOptions } from '../adapters/retrying-client.js';
export type { StatusClientOptions } from '../adapters/status-client.js';
export type { WebhookReceiverOptions } from '../adapters/webhook-receiver.js';

// Asking the router without admission
export { RouterClient, type RouterClientOptions } from '../adapters/router-client.js';
export type { NatsSource } from '../adapters/nats-source.js';
export type { RouterCall } from '../adapters/router-call.js';
export type { RefusedByRouter, RouterAnswer, RouterUnavailable } from '../core/router-answer.js';

// Over HTTP, on any server
export type { HttpHeaders } from '../core/check-headers.js';
export type { HttpAnswer } from '../core/http-answer.js';

// The rules alone, without I/O
export { GatewayAdmission } from '../core/gateway-admission.js';
export type {
  GatewayAdmissionOptions,
  GatewayRequest,
  GatewayVerdict,
  GatewayView,
  SettledAbout,
  SettleOutcome,
} from '../core/gateway-admission-types.js';
export type { GatewayRefusalReason } from '../core/gateway-refusal-reason.js';
export type { RouterLoad } from '../core/router-load.js';

// Watching it
export type { GatewayEvent } from '../core/gateway.events.js';
