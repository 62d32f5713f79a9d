import type { Criticality, OverloadStatus } from '@beamline/backpressure/core';
import type { ControllerParts } from './controller.js';

/** A request as it comes to a gateway. */
export interface GateRequest {
  readonly criticality: Criticality;
  /** How often its caller says that it has tried before: 0 the first time. */
  readonly attempt: number;
  /** The time it was told to come back at, and comes at; `undefined`: it was not told, or does not care. */
  readonly slotAtMs: number | undefined;
}

/** What a gateway does with a request. */
export type GateVerdict =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      /** When to come back, in milliseconds from now; `undefined`: not told. */
      readonly retryAfterMs: number | undefined;
      /** `false`: do not come back. */
      readonly retryable: boolean;
    };

/** How a request ended that a gateway sent to a router, at the time it hears of it. */
export interface GateEnding {
  readonly outcome: 'accepted' | 'refused' | 'failed';
  readonly criticality: Criticality;
  /** What the router told; `undefined`: nothing. */
  readonly retryAfterMs?: number | undefined;
}

/** What the leading router tells of the load of all. */
export interface RouterNews {
  readonly reported: OverloadStatus;
  readonly effective: OverloadStatus;
  /** Requests per second that the routers take together; `null`: they refuse nothing. */
  readonly credit: number | null;
  /** Rises with everything that is pushed. */
  readonly seq: number;
}

/** Stands before the routers at their callers, and holds requests back there. */
export interface Gate {
  admit(request: GateRequest): GateVerdict;
  learn(ending: GateEnding): void;
  /** Takes what is pushed. */
  hear?(news: RouterNews): void;
  /** Takes the answer to a question; `undefined`: there was none in time. Asked while nothing is pushed. */
  polled?(news: RouterNews | undefined): void;
}

export type CreateGate = (parts: ControllerParts) => Gate;
