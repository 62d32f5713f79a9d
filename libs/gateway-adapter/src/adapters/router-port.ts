import type { RouterAnswer } from '../core/router-answer.js';
import type { RouterCall } from './router-call.js';

/** Asks the router: over NATS `RouterClient`, over gRPC `GrpcRouterClient`, or your own. */
export interface RouterPort {
  /** Asks for a decision. Expected failures are answers. */
  decide(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer>;
  /** Takes no more requests and waits for those in flight. */
  close(): Promise<void>;
}
