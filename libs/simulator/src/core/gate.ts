import type { Criticality, OverloadStatus } from '@beamline/backpressure/core';
import type { ControllerParts } from './controller.js';

/** A request as it comes to a gateway. What callers repeat are new requests to it. */
export interface GateRequest {
  readonly criticality: Criticality;
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
  /** When it was sent. */
  readonly admittedAtMs: number;
  /** What the router told; `undefined`: nothing. */
  readonly retryAfterMs?: number | undefined;
}

/** What the leading router tells of the load of all. */
export interface RouterNews {
  readonly reported: OverloadStatus;
  readonly effective: OverloadStatus;
  /** Requests per second that the routers take together; `null`: they refuse nothing. */
  readonly credit: number | null;
  /** Counts what was pushed. */
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
