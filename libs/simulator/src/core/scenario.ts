import type { Criticality } from '@beamline/backpressure/core';

/** A stretch of time with one way of arriving. */
export interface Phase {
  readonly seconds: number;
  /** Offered load, as a multiple of the plant's capacity at its normal speed. */
  readonly load: number;
  /** Service takes so many times as long. Default 1. */
  readonly slowdown?: number | undefined;
  /** Every `everyMs`, for `lengthMs`, the load is `load` times `factor`; `base` times `load` in between. */
  readonly bursts?:
    | {
        readonly everyMs: number;
        readonly lengthMs: number;
        readonly factor: number;
        readonly base: number;
      }
    | undefined;
}

/** What clients do about a refusal. */
export interface ClientBehaviour {
  /** Most retries of one request. Default 0. */
  readonly maxRetries: number;
  /** Share of requests, 0 to 1, whose client comes back when it likes, whatever it was told. Default 0. */
  readonly hostileShare: number;
  /** When such a client likes to come back, in milliseconds. Default 100. */
  readonly hostileDelayMs: number;
  /** Most retries of such a client. Default 50. */
  readonly hostileRetries: number;
  /** Sent along with each attempt as the time its caller still waits, in milliseconds. Default: not told. */
  readonly deadlineMs?: number | undefined;
}

/** A request of a recorded trace. */
export interface RecordedArrival {
  readonly atMs: number;
  /** Default: drawn from the scenario's distribution. */
  readonly serviceMs?: number | undefined;
  /** Default: drawn from the scenario's shares. */
  readonly criticality?: Criticality | undefined;
  readonly tenantId?: string | undefined;
}

/** A stretch of virtual time. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Gateways between clients and routers. They make a difference only with a gate. */
export interface GatewaySetting {
  /** Shares of the traffic over the gateways. Default `[1]`. */
  readonly shares: readonly number[];
  /** Until a gateway hears what was pushed, or the answer to what it asked, in milliseconds. Default 5. */
  readonly pushDelayMs: number;
  /** When nothing arrives that is pushed. Default: never. */
  readonly lostPushes?: TimeSpan | undefined;
  /** When no question about the status is answered. Default: never. */
  readonly lostAnswers?: TimeSpan | undefined;
}

/** A plant, who asks it for work, and what happens to it. All times are virtual. */
export interface Scenario {
  /** Requests the plant works on at once. Default 40. */
  readonly slots: number;
  /** Mean of the lognormal service time, in milliseconds. Default 50. */
  readonly meanServiceMs: number;
  /** Deviation of the logarithm of the service time. Default 0.6. */
  readonly sigma: number;
  /** An answer counts as good up to this age, from the attempt that was admitted, in milliseconds. Default 1000. */
  readonly sloMs: number;
  readonly phases: readonly Phase[];
  /** Shares of the classes. Default 10 % critical, 60 % default, 30 % sheddable. */
  readonly classes: Readonly<Record<Criticality, number>>;
  /** Shares of the tenants by id; empty: requests belong to nobody in particular, the default. */
  readonly tenants: Readonly<Record<string, number>>;
  readonly clients: ClientBehaviour;
  /** Shares of the traffic over the routers before the plant, each with admission of its own. Default `[1]`. */
  readonly replicas: readonly number[];
  /** A router that dies: what it holds is never answered, its traffic goes to the others. */
  readonly lostReplica?: { readonly index: number; readonly atMs: number } | undefined;
  readonly gateways: GatewaySetting;
  /** Slot time that each refusal costs the plant, in milliseconds. Default 0. */
  readonly refusalCostMs: number;
  /** So much later than the answer its router hears that work has ended, and reads the plant's figures. Default 0. */
  readonly signalDelayMs: number;
  /** Recorded arrivals instead of those of the phases, whose load is then ignored. */
  readonly trace?: readonly RecordedArrival[] | undefined;
}

/** Everything but the phases. */
export const DEFAULT_SCENARIO: Omit<Scenario, 'phases'> = {
  slots: 40,
  meanServiceMs: 50,
  sigma: 0.6,
  sloMs: 1000,
  classes: { critical: 0.1, default: 0.6, sheddable: 0.3 },
  tenants: {},
  clients: { maxRetries: 0, hostileShare: 0, hostileDelayMs: 100, hostileRetries: 50 },
  replicas: [1],
  gateways: { shares: [1], pushDelayMs: 5 },
  refusalCostMs: 0,
  signalDelayMs: 0,
};

/** Requests per second that the plant can do at its normal speed. */
export function capacityOf({ slots, meanServiceMs }: Scenario): number {
  return (slots * 1000) / meanServiceMs;
}

/** A phase and when it is. */
export interface PhaseSpan extends Phase {
  readonly index: number;
  readonly startMs: number;
  readonly endMs: number;
}

export function phaseSpans({ phases }: Scenario): PhaseSpan[] {
  let endMs = 0;
  return phases.map((phase, index) => {
    const startMs = endMs;
    endMs += phase.seconds * 1000;
    return { ...phase, index, startMs, endMs };
  });
}

/** Load offered at a moment of a phase, as a multiple of the capacity. */
export function loadAt({ load, bursts, startMs }: PhaseSpan, nowMs: number): number {
  if (!bursts) return load;
  const sinceMs = (nowMs - startMs) % bursts.everyMs;
  return load * (sinceMs < bursts.lengthMs ? bursts.factor : bursts.base);
}
