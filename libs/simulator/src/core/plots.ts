import type { OverloadStatus } from '@beamline/backpressure/core';
import type { Account, Slice } from './account.js';
import type { ContenderRuns } from './compare.js';
import { inSeconds, latenciesOf, quantile, sum } from './figures.js';
import { type Plot, plotSvg, type Series } from './svg.js';
import type { Workload } from './workloads.js';

/** A picture and the name it wants as a file. */
export interface Picture {
  readonly name: string;
  readonly svg: string;
}

/** Lines in one plot: more cannot be told apart. */
const MOST_LINES = 8;

/** Draws one picture of a workload. */
type Draw = (name: string, plot: Omit<Plot, 'xLabel'>) => Picture;

type Lines = (value: (second: readonly Slice[]) => number) => Series[];

/** What the first run of each contender looked like over time: good answers, refusals, p95; and the statuses of the first. */
export function picturesOf(workload: Workload, rows: readonly ContenderRuns[]): Picture[] {
  const accounts = rows.slice(0, MOST_LINES - 1).flatMap(({ contender, runs }) => {
    const account = runs[0]?.account;
    return account ? [{ name: contender.name, account }] : [];
  });
  const first = accounts[0]?.account;
  if (!first) return [];
  const draw: Draw = (name, plot) => ({
    name: `${workload.name}-${name}`,
    svg: plotSvg({
      ...plot,
      title: `${workload.title}: ${plot.title}`,
      xLabel: 'seconds',
    }),
  });
  const lines: Lines = (value) =>
    accounts.map(({ name, account }) => ({ name, points: overTime(account, value) }));
  return [
    goodputPicture(draw, lines, first),
    draw('refusals', {
      title: 'refused attempts',
      yLabel: 'share',
      yMost: 1,
      series: lines((second) => sum(second, 'refused') / Math.max(1, sum(second, 'attempts'))),
    }),
    latencyPicture(draw, lines, first),
    ...statusPicture(draw, first),
  ];
}

function goodputPicture(draw: Draw, lines: Lines, first: Account): Picture {
  const offered = overTime(first, (second) => sum(second, 'offered'));
  return draw('goodput', {
    title: `answers within ${first.scenario.sloMs} ms`,
    yLabel: 'per second',
    yMost: first.capacity * 1.5,
    series: [
      ...lines((second) => sum(second, 'good')),
      { name: 'offered', points: offered, isReference: true },
    ],
  });
}

function latencyPicture(draw: Draw, lines: Lines, { scenario, endMs }: Account): Picture {
  const { sloMs } = scenario;
  const objective = [0, endMs / 1000].map((second) => [second, sloMs] as const);
  return draw('latency', {
    title: 'p95 of the answers',
    yLabel: 'milliseconds',
    yMost: 2 * sloMs,
    series: [
      ...lines((second) => quantile(latenciesOf(second), 0.95)),
      { name: 'objective', points: objective, isReference: true },
    ],
  });
}

function statusPicture(draw: Draw, { slices }: Account): Picture[] {
  if (slices.every(({ reported }) => reported === undefined)) return [];
  const line = (name: string, of: (slice: Slice) => OverloadStatus | undefined): Series => ({
    name,
    points: slices.map((slice, index) => [index / 10, levelOf(of(slice))]),
  });
  return [
    draw('status', {
      title: '0 inactive, 1 warning, 2 active',
      yLabel: 'status',
      yMost: 2.2,
      series: [
        line('reported', (slice) => slice.reported),
        line('effective', (slice) => slice.effective),
      ],
    }),
  ];
}

const LEVELS: Readonly<Record<OverloadStatus, number>> = { inactive: 0, warning: 1, active: 2 };

const levelOf = (status: OverloadStatus | undefined): number =>
  status === undefined ? Number.NaN : LEVELS[status];

function overTime(
  { slices }: Account,
  value: (second: readonly Slice[]) => number,
): Series['points'] {
  return inSeconds(slices).map((second, index) => [index + 0.5, value(second)] as const);
}
