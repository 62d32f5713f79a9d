import type { Criticality, OverloadStatus } from '@beamline/backpressure/core';
import { capacityOf, phaseSpans, type PhaseSpan, type Scenario } from './scenario.js';

/** Width of the slices that an account is kept in, in milliseconds. */
export const SLICE_MS = 100;

/** What happened within one {@link SLICE_MS}. */
export interface Slice {
  /** Requests that came for the first time. */
  offered: number;
  /** Requests and retries that reached a router, or its gate. */
  attempts: number;
  /** Attempts refused by a router. */
  refused: number;
  /** Attempts held back by a gate, which never reached a router. */
  heldBack: number;
  /** Answers within the objective. */
  good: number;
  /** Ages of all answers, in milliseconds. */
  readonly latenciesMs: number[];
  /** What the first router reports at the end of the slice, if it reports anything. */
  reported: OverloadStatus | undefined;
  effective: OverloadStatus | undefined;
}

/** Requests of one kind that were first offered in one phase, and what became of them in the end. */
export interface Fate {
  offered: number;
  good: number;
}

/** The requests of one phase. */
export interface PhaseFates {
  readonly all: Fate;
  readonly byClass: Record<Criticality, Fate>;
  readonly byTenant: Map<string, Fate>;
}

/** Firsts of one phase, in milliseconds of virtual time; what is missing did not happen. */
export interface PhaseFirsts {
  refusedMs: number | undefined;
  /** By gateway. */
  readonly heldBackMs: Map<number, number>;
}

/** Whose fate is counted. */
export interface Counted {
  readonly phase: PhaseFates;
  readonly criticality: Criticality;
  readonly tenantId: string | undefined;
}

const newFate = (): Fate => ({ offered: 0, good: 0 });

const newFates = (): PhaseFates => ({
  all: newFate(),
  byClass: { critical: newFate(), default: newFate(), sheddable: newFate() },
  byTenant: new Map(),
});

const newSlice = (): Slice => ({
  offered: 0,
  attempts: 0,
  refused: 0,
  heldBack: 0,
  good: 0,
  latenciesMs: [],
  reported: undefined,
  effective: undefined,
});

/** Everything that happened in one run. */
export class Account {
  readonly scenario: Scenario;
  /** Requests per second at normal speed. */
  readonly capacity: number;
  readonly phases: readonly PhaseSpan[];
  readonly slices: readonly Slice[];
  readonly fates: readonly PhaseFates[];
  readonly firsts: readonly PhaseFirsts[];

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.capacity = capacityOf(scenario);
    this.phases = phaseSpans(scenario);
    this.slices = Array.from({ length: Math.ceil(this.endMs / SLICE_MS) }, newSlice);
    this.fates = this.phases.map(newFates);
    this.firsts = this.phases.map(() => ({ refusedMs: undefined, heldBackMs: new Map() }));
  }

  get endMs(): number {
    return this.phases.at(-1)?.endMs ?? 0;
  }

  /** The slice a moment falls into. */
  at(nowMs: number): Slice {
    const slice = this.slices[Math.min(this.slices.length - 1, Math.floor(nowMs / SLICE_MS))];
    if (!slice) throw new RangeError('a run needs at least one phase');
    return slice;
  }

  offered(nowMs: number, counted: Counted): void {
    this.at(nowMs).offered++;
    for (const fate of fatesOf(counted)) fate.offered++;
  }

  refused(nowMs: number): void {
    this.at(nowMs).refused++;
    const firsts = this.#firstsAt(nowMs);
    if (firsts) firsts.refusedMs ??= nowMs;
  }

  heldBack(nowMs: number, gateway: number): void {
    this.at(nowMs).heldBack++;
    const firsts = this.#firstsAt(nowMs)?.heldBackMs;
    if (firsts && !firsts.has(gateway)) firsts.set(gateway, nowMs);
  }

  answered(nowMs: number, ageMs: number, counted: Counted): void {
    const slice = this.at(nowMs);
    slice.latenciesMs.push(ageMs);
    if (ageMs > this.scenario.sloMs) return;
    slice.good++;
    for (const fate of fatesOf(counted)) fate.good++;
  }

  #firstsAt(nowMs: number): PhaseFirsts | undefined {
    return this.firsts[this.phases.findIndex(({ endMs }) => nowMs < endMs)];
  }
}

function fatesOf({ phase, criticality, tenantId }: Counted): readonly Fate[] {
  if (tenantId === undefined) return [phase.all, phase.byClass[criticality]];
  const fate = phase.byTenant.get(tenantId) ?? newFate();
  phase.byTenant.set(tenantId, fate);
  return [phase.all, phase.byClass[criticality], fate];
}
