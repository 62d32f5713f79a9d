import type { Observer } from '@beamline/kernel';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type { RouterCall } from './router-call.js';

/** Asks the router: over NATS `RouterClient`, over gRPC `GrpcRouterClient`, or your own. */
export interface RouterPort {
  /** Asks for a decision. Expected failures are answers. */
  decide(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer>;
  /** Tells of each request from now on as well. The gateway that it is made for asks for that, once. */
  reportTo?(observe: Observer<GatewayEvent>): void;
  /** Takes no more requests and waits for those in flight. */
  close(): Promise<void>;
}
