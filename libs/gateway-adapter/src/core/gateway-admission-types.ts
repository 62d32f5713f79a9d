import type { Criticality } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import type { GatewayRefusalReason } from './gateway-refusal-reason.js';
import type { GatewayLoadEvent } from './gateway.events.js';
import type { LoadSource, LoadStatus } from './router-load.js';

/**
 * `credit`: as many as the router takes. `contract`: everything is refused while the reported status is `active`, and
 * background work while it is `warning`.
 */
export type GatewayMode = 'credit' | 'contract';

/** How a gateway lets requests in. What is out of range is a RangeError. */
export interface GatewayAdmissionOptions {
  /** Default `credit`. */
  readonly mode?: GatewayMode | undefined;
  /** The retries of the gateway's own, as a share of its requests over ten seconds, 0 to 1. Default 0.1. */
  readonly retryShare?: number | undefined;
  /** Retries in ten seconds that are allowed whatever their share. Default 3. Must be ≥ 0. */
  readonly minRetries?: number | undefined;
  /** Share of the background work that is served on `warning` where no credit is known, 0 to 1. Default 0.5. */
  readonly backgroundShare?: number | undefined;
  /** Latest time at which refused callers are asked to come back, in milliseconds from now. Default 300 000. Must be ≥ 1. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Hears of refusals, of loads, and of every change. Must not throw. Default: nobody. */
  readonly observe?: Observer<GatewayLoadEvent> | undefined;
}

/** What a gateway looks at to let a request in. */
export interface GatewayRequest {
  readonly criticality: Criticality;
  /**
   * How often this gateway has sent the same request before: 0, the default, the first time. What its callers repeat are
   * new requests to a gateway.
   */
  readonly attempt?: number | undefined;
  /** Of a retry that the router asked for: when it wanted it, on the clock of `nowMs`. Within its slot a retry costs no budget. */
  readonly slotAtMs?: number | undefined;
}

/** A request that is not sent to the router now. */
export interface GatewayRefused {
  readonly admitted: false;
  readonly reason: GatewayRefusalReason;
  /** What is known of the router's load: the effective status. */
  readonly status: LoadStatus;
  /** When to come back, in milliseconds from now. */
  readonly retryAfterMs: number;
  /** `false`: do not come back with this request. */
  readonly retryable: boolean;
}

/** Whether a request goes to the router. Whoever is admitted must be settled, or nothing is learned from it. */
export type GatewayVerdict = { readonly admitted: true } | GatewayRefused;

/**
 * What the router did with a request: took it, refused it for load, or gave no answer. `ignored`: it was sent, and how it
 * ended tells nothing of load, as where its caller's time was too short for any router. `unsent`: it was not sent after all.
 */
export type SettleOutcome = 'accepted' | 'refused' | 'failed' | 'ignored' | 'unsent';

/** What is known of how a request ended. */
export interface SettledAbout {
  /**
   * When the request was admitted, on the clock of `nowMs`. Default: just now, which is right for refusals within some
   * 100 ms.
   */
  readonly admittedAtMs?: number | undefined;
}

/** What a gateway knows of a subject and does about it. */
export interface GatewayView {
  readonly mode: GatewayMode;
  /** The reported status; `unknown` when nothing fresh was heard: then nobody is refused for it. */
  readonly status: LoadStatus;
  readonly effectiveStatus: LoadStatus;
  /** How the load came that is believed now; `undefined`: none is. */
  readonly source: LoadSource | undefined;
  /** How long it is still believed, in milliseconds. */
  readonly believedForMs: number;
  /** Requests per second that the router says it takes; `null`: it refuses nothing; `undefined`: not known. */
  readonly routerCredit: number | null | undefined;
  readonly epoch: number | undefined;
  readonly seq: number | undefined;
  /** No push is believed now. */
  readonly pushesLost: boolean;
  /** Requests per second that this gateway sends at most; `undefined`: no limit. */
  readonly limitPerSecond: number | undefined;
  /** Share of the requests that are held back because the router hardly answers, 0 to 1. */
  readonly throttled: number;
  readonly breaker: 'closed' | 'open';
  /** Retries that the budget allows now. */
  readonly retriesLeft: number;
}
