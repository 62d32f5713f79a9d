import type { Criticality } from '@beamline/backpressure/core';
import { capacityOf, type RecordedArrival, type Scenario } from './scenario.js';

/** A line of a trace, before it is fitted to a plant. */
export interface TraceLine {
  /** From the first line on, in milliseconds. */
  readonly atMs: number;
  readonly serviceMs?: number | undefined;
  /** How much work it is, on any scale: used where there is no service time. */
  readonly work?: number | undefined;
  readonly criticality?: Criticality | undefined;
  readonly tenantId?: string | undefined;
}

/**
 * Fits a trace to a plant: time is stretched or compressed until its mean rate is `load` times the capacity, and where lines tell an
 * amount of work instead of a service time, their mean becomes the plant's mean service time.
 */
export function paceTrace(
  lines: readonly TraceLine[],
  scenario: Scenario,
  load: number,
): RecordedArrival[] {
  const spanMs = (lines.at(-1)?.atMs ?? 0) || 1;
  const ratePerMs = lines.length / spanMs;
  const pace = (capacityOf(scenario) * load) / 1000 / ratePerMs;
  const totalWork = lines.reduce((sum, { work = 0 }) => sum + work, 0);
  const msPerWork = totalWork > 0 ? (scenario.meanServiceMs * lines.length) / totalWork : 0;
  return lines.map(({ atMs, serviceMs, work, criticality, tenantId }) => ({
    atMs: atMs / pace,
    serviceMs: serviceMs ?? (work === undefined ? undefined : work * msPerWork),
    criticality,
    tenantId,
  }));
}
