import type { Criticality } from '@beamline/backpressure/core';
import type { Account, Counted } from './account.js';
import { exponential, lognormal, pickByShare, type RandomStreams } from './random.js';
import { loadAt, type PhaseSpan, type RecordedArrival } from './scenario.js';
import type { VirtualTime } from './virtual-time.js';

/** One request through all its attempts. */
export interface SimulatedRequest extends Counted {
  readonly criticality: Criticality;
  readonly tenantId: string | undefined;
  readonly serviceMs: number;
  /** Decides which router it comes to, 0 to 1. */
  readonly routerDraw: number;
  /** Decides which gateway it comes through, 0 to 1. */
  readonly gatewayDraw: number;
  /** Its client comes back when it likes. */
  readonly isHostile: boolean;
  retries: number;
}

/** Makes requests arrive: by Poisson at the phases' loads, or as recorded. */
export class Traffic {
  readonly #time: VirtualTime;
  readonly #account: Account;
  readonly #random: RandomStreams;
  readonly #arrive: (request: SimulatedRequest) => void;
  readonly #classes: readonly (readonly [Criticality, number])[];
  readonly #tenants: readonly (readonly [string, number])[];

  constructor(
    time: VirtualTime,
    account: Account,
    random: RandomStreams,
    arrive: (request: SimulatedRequest) => void,
  ) {
    const { classes, tenants } = account.scenario;
    this.#time = time;
    this.#account = account;
    this.#random = random;
    this.#arrive = arrive;
    this.#classes = [
      ['critical', classes.critical],
      ['default', classes.default],
      ['sheddable', classes.sheddable],
    ];
    this.#tenants = Object.entries(tenants);
  }

  start(): void {
    const { trace } = this.#account.scenario;
    if (trace) this.#replay(trace, 0);
    else this.#next();
  }

  /** The phase of a moment; after the end, the last. */
  phaseAt(nowMs: number): PhaseSpan {
    const { phases } = this.#account;
    const phase = phases.find(({ endMs }) => nowMs < endMs) ?? phases.at(-1);
    if (!phase) throw new RangeError('a run needs at least one phase');
    return phase;
  }

  /** Thinning: candidates come at the phase's highest rate, and count by the rate of their moment. */
  #next(): void {
    const phase = this.phaseAt(this.#time.nowMs());
    const { load, bursts } = phase;
    const most = load * Math.max(1, bursts?.factor ?? 0, bursts?.base ?? 0);
    const gapMs = exponential(this.#random.arrivals, 1000 / (this.#account.capacity * most));
    const comesInTime = this.#time.nowMs() + gapMs < phase.endMs;
    if (!comesInTime) return this.#skipTo(phase.endMs);
    this.#time.after(gapMs, () => {
      const isReal = this.#random.arrivals() * most < loadAt(phase, this.#time.nowMs());
      if (isReal) this.#arrive(this.#request({ atMs: this.#time.nowMs() }));
      this.#next();
    });
  }

  #skipTo(atMs: number): void {
    if (atMs >= this.#account.endMs) return;
    this.#time.after(atMs - this.#time.nowMs(), () => this.#next());
  }

  #replay(trace: readonly RecordedArrival[], index: number): void {
    const arrival = trace[index];
    if (!arrival) return;
    this.#time.after(arrival.atMs - this.#time.nowMs(), () => {
      this.#arrive(this.#request(arrival));
      this.#replay(trace, index + 1);
    });
  }

  #request(arrival: RecordedArrival): SimulatedRequest {
    const { scenario, fates } = this.#account;
    const { service, mix, gateways } = this.#random;
    const drawnMs = lognormal(service, scenario.meanServiceMs, scenario.sigma);
    const [classDraw, tenantDraw, routerDraw, hostileDraw] = [mix(), mix(), mix(), mix()];
    const phase = fates[this.phaseAt(this.#time.nowMs()).index];
    if (!phase) throw new RangeError('a run needs at least one phase');
    return {
      phase,
      criticality: arrival.criticality ?? pickByShare(this.#classes, classDraw),
      tenantId: arrival.tenantId ?? this.#tenantOf(tenantDraw),
      serviceMs: arrival.serviceMs ?? drawnMs,
      routerDraw,
      gatewayDraw: gateways(),
      isHostile: hostileDraw < scenario.clients.hostileShare,
      retries: 0,
    };
  }

  #tenantOf(draw: number): string | undefined {
    return this.#tenants.length === 0 ? undefined : pickByShare(this.#tenants, draw);
  }
}
