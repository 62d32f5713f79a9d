import type { Criticality } from '@beamline/contracts/core';
import type { SettleOutcome } from '../core/gateway-admission-types.js';

/** A request that was let in. Tell how it ended, once: without that the gateway learns nothing. */
export interface GatewayTicket {
  /** The subject of the router it was let in for. */
  readonly subject: string;
  readonly criticality: Criticality;
  /** How often its caller has tried before: 0 the first time. */
  readonly attempt: number;
  /**
   * What was left of its caller's patience when it came, in milliseconds, at most what the router may take; `undefined`: it
   * did not say.
   */
  readonly timeoutMs: number | undefined;
  readonly isSettled: boolean;
  /**
   * Tells what the router did with the request: took it, refused it for load, or was not there. Only the first call counts.
   * `retryAfterMs` is what the router asked to wait.
   */
  settle(outcome: SettleOutcome, about?: { readonly retryAfterMs?: number }): void;
}
