import type { Arrivals } from '../workloads/arrivals.js';

/** How callers behave when they are refused. */
export interface Callers {
  /** Times that a refused request is tried again. 0: never. */
  readonly retries: number;
  /** Share of callers that come back at once, whatever they are told. 0 to 1. */
  readonly impatient: number;
}

/** What a class of requests says of itself. */
export type ClassName = 'critical' | 'default' | 'sheddable';

/** Order to a generator: put these requests on this server, whatever becomes of them. */
export interface OpenLoopOrder {
  readonly load: 'open';
  readonly id: number;
  readonly target: Readonly<Record<string, string>>;
  /** Wall clock at which time 0 of the arrivals is, Unix milliseconds. */
  readonly startAtMs: number;
  readonly arrivals: Arrivals;
  /** Names behind `arrivals.classOf`; empty: nobody tells a class or a tenant. */
  readonly classes: readonly ClassName[];
  readonly callers: Callers;
  /** Time after which the run ends, answered or not, in milliseconds from its start. */
  readonly endMs: number;
}

/** Order to a generator: find out how much the unprotected handler can deliver. */
export interface CapacityOrder {
  readonly load: 'capacity';
  readonly id: number;
  readonly target: Readonly<Record<string, string>>;
  /** Requests kept in flight. */
  readonly inFlight: number;
  /** Time before the count starts, in milliseconds. */
  readonly warmMs: number;
  /** Length of the count, in milliseconds. */
  readonly windowMs: number;
  /** Whether refusals are passed over, where there is no unprotected handler to ask. */
  readonly mayFail: boolean;
}

export type LoadOrder = OpenLoopOrder | CapacityOrder;

/** How requests ended. `heldBack`: by a gateway, without asking the server. */
export const ENDINGS = { open: 0, ok: 1, refused: 2, failed: 3, heldBack: 4 } as const;

/** Every attempt of a run. All arrays have one entry per attempt, in the order in which they were sent. */
export interface Attempts {
  /** When it was meant to be sent, in milliseconds from the start: what latency counts from. */
  readonly intendedMs: Float64Array;
  /** When its answer came; 0: never. */
  readonly endMs: Float64Array;
  /** One of {@link ENDINGS}. */
  readonly ending: Uint8Array;
  /** 0 for the first attempt. */
  readonly attempt: Uint8Array;
  /** Index of the request it belongs to. */
  readonly request: Uint32Array;
}

export interface OpenLoopReport {
  readonly load: 'done';
  readonly id: number;
  readonly attempts: Attempts;
  /** How late the generator sent, compared with its plan: p99, in milliseconds. */
  readonly lagP99Ms: number;
  readonly clientCpuMicros: number;
  /** What the first failed request was told. */
  readonly firstFailure?: string;
}

export interface CapacityReport {
  readonly load: 'done';
  readonly id: number;
  readonly perSecond: number;
}
