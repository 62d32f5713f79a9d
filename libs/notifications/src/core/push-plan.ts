/** What of a load decides when it is told. */
export interface PushedLoad {
  readonly status: string;
  readonly effectiveStatus: string;
  readonly creditPerSecond: number | null;
}

/** When loads are told. */
export interface PushPace {
  /** Least time between two pushes of a subject, in milliseconds. */
  readonly minGapMs: number;
  /** Time between two pushes when nothing changes, in milliseconds. */
  readonly heartbeatMs: number;
  /** The same towards endpoints, while nothing is wrong with the subject. */
  readonly calmHeartbeatMs: number;
}

/** What a push is, and who is to get it besides those who listen on NATS. */
export interface Push {
  /** Status, effective status, or whether there is a limit, is another than was told last. */
  readonly isTransition: boolean;
  /** Endpoints are told as well. */
  readonly toEndpoints: boolean;
}

const CALM = 'inactive';

/** When the load of one subject is told, and to whom. */
export class PushPlan {
  #told: PushedLoad | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #endpointsToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly pace: PushPace) {}

  /** How long the next push has to wait, in milliseconds; 0: not at all. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#toldAtMs + this.pace.minGapMs - nowMs);
  }

  /** Whether it differs from what was told last. */
  isNews(load: PushedLoad): boolean {
    return this.#isTransition(load) || load.creditPerSecond !== this.#told?.creditPerSecond;
  }

  /** Takes down that the load is told now. */
  tell(load: PushedLoad, nowMs: number): Push {
    const isTransition = this.#isTransition(load);
    const toEndpoints = isTransition || nowMs - this.#endpointsToldAtMs >= this.#restMs(load);
    this.#told = load;
    this.#toldAtMs = nowMs;
    if (toEndpoints) this.#endpointsToldAtMs = nowMs;
    return { isTransition, toEndpoints };
  }

  #isTransition(load: PushedLoad): boolean {
    const told = this.#told;
    return (
      told?.status !== load.status ||
      told.effectiveStatus !== load.effectiveStatus ||
      isLimited(told) !== isLimited(load)
    );
  }

  /** Heartbeats come a little early and a little late: half of one is not waited for. */
  #restMs(load: PushedLoad): number {
    const { heartbeatMs, calmHeartbeatMs } = this.pace;
    return (isCalm(load) ? calmHeartbeatMs : heartbeatMs) - heartbeatMs / 2;
  }
}

function isLimited({ creditPerSecond }: PushedLoad): boolean {
  return creditPerSecond !== null;
}

function isCalm(load: PushedLoad): boolean {
  return load.status === CALM && load.effectiveStatus === CALM && !isLimited(load);
}
