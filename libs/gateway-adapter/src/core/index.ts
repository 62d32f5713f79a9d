// Facts for metrics and logs
export type { GatewayEvent, RouterOperation, RouterOutcome } from './gateway.events.js';
