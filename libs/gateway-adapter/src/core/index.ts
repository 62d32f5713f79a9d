// Letting requests in
export type {
  GatewayAdmissionOptions,
  GatewayMode,
  GatewayRefused,
  GatewayRequest,
  GatewayVerdict,
  GatewayView,
  SettledAbout,
  SettleOutcome,
} from './gateway-admission-types.js';
export { type GatewayRefusalReason } from './gateway-refusal-reason.js';
export { GatewayAdmission } from './gateway-admission.js';

// Hearing of the router's load
export type { Heard, LoadRefusal, LoadSource, LoadStatus, RouterLoad } from './router-load.js';

// Facts for metrics and logs
export type { EdgeEvent, StreamEnd } from './edge.events.js';
export type {
  GatewayEvent,
  GatewayLoadEvent,
  RouterOperation,
  RouterOutcome,
} from './gateway.events.js';
