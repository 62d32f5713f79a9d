import type { Criticality } from '@beamline/contracts/core';
import type { SettleOutcome } from '../core/gateway-admission-types.js';
import type { CallerWish } from './caller-wish.js';

/** A request that was let in. Tell how it ended, once: without that the gateway learns nothing. */
export interface GatewayTicket {
  /** The subject of the router it was let in for. */
  readonly subject: string;
  readonly criticality: Criticality;
  /** What its caller said when it came. */
  readonly wish: CallerWish;
  readonly isSettled: boolean;
  /**
   * Tells what the router did with the request: took it, refused it for load, or was not there; `ignored`: that says nothing
   * of its load; `unsent`: it was not asked at all, which gives back what letting the request in has spent. Only the first
   * call counts.
   */
  settle(outcome: SettleOutcome): void;
}
