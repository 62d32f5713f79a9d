import type { ContenderRuns, Run } from './compare.js';
import type { PhaseFigures } from './figures.js';
import type { Workload } from './workloads.js';

/** A figure of a run, how it is called and written. */
interface Column {
  readonly name: string;
  readonly value: (run: Run) => number | undefined;
  readonly write: (value: number) => string;
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const finePercent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
const times = (value: number): string => `${value.toFixed(2)}x`;
const whole = (value: number): string => `${value.toFixed(0)} s`;

const column = (
  name: string,
  value: (run: Run) => number | undefined,
  write: Column['write'],
): Column => ({ name, value, write });

const focus = (
  name: string,
  of: (figures: PhaseFigures) => number | undefined,
  write: Column['write'],
) => column(name, (run) => of(run.focus), write);

const after = (name: string, of: (figures: PhaseFigures) => number, write: Column['write']) =>
  column(name, ({ after: figures }) => figures && of(figures), write);

const GOODPUT = focus('goodput', ({ goodput }) => goodput, percent);
const REFUSED = focus('refused', ({ refused }) => refused, finePercent);

const PROTECTING: readonly Column[] = [
  GOODPUT,
  REFUSED,
  focus('p50', ({ p50Ms }) => p50Ms, ms),
  focus('p99', ({ p99Ms }) => p99Ms, ms),
  focus('steady p99', ({ steadyP99Ms }) => steadyP99Ms, ms),
  focus('first refusal', ({ firstRefusalMs }) => firstRefusalMs, ms),
  focus('protected', ({ protectedMs }) => protectedMs, seconds),
  after('recovered', ({ calmMs }) => calmMs, seconds),
  focus('critical', ({ successByClass }) => successByClass.critical, percent),
  focus('default', ({ successByClass }) => successByClass.default, percent),
  focus('sheddable', ({ successByClass }) => successByClass.sheddable, percent),
];

const FAIRNESS = focus(
  'fairness',
  ({ fairness }) => fairness,
  (value) => value.toFixed(3),
);

const GATING: readonly Column[] = [
  GOODPUT,
  focus('refused by the router', ({ refused, heldBack }) => refused * (1 - heldBack), percent),
  focus('held back', ({ heldBack }) => heldBack, percent),
  focus('gate after', ({ gateDelayMs }) => gateDelayMs, ms),
  focus('critical', ({ successByClass }) => successByClass.critical, percent),
  focus('p99', ({ p99Ms }) => p99Ms, ms),
  after(
    'false refusals after',
    ({ refused, heldBack }) => heldBack + refused * (1 - heldBack),
    finePercent,
  ),
];

const ECHO: readonly Column[] = [
  focus('success in the end', ({ success }) => success, percent),
  after('echo peak', ({ peakAttempts }) => peakAttempts, times),
  after('echo', ({ refusingSeconds }) => refusingSeconds, whole),
];

/** The columns that tell something about a workload. */
function columnsOf({ kinds, scenario }: Workload): readonly Column[] {
  if (kinds.includes('retry')) return [GOODPUT, ...ECHO];
  if (kinds.includes('gate'))
    return scenario.clients.maxRetries > 0 ? [...GATING, ...ECHO] : GATING;
  return Object.keys(scenario.tenants).length > 0 ? [...PROTECTING, FAIRNESS] : PROTECTING;
}

/** Median and range of a figure over runs; `undefined` where no run has it. */
function spread(
  { value }: Column,
  runs: readonly Run[],
): { readonly median: number; readonly least: number; readonly most: number } | undefined {
  const values = runs.map(value).filter((one) => one !== undefined && !Number.isNaN(one));
  const sorted = Float64Array.from(values).toSorted();
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (least === undefined || median === undefined || most === undefined) return undefined;
  return { least, median, most };
}

/** A table in Markdown: medians, and the range where runs differ in what is written. */
export function tableOf(workload: Workload, rows: readonly ContenderRuns[]): string {
  const columns = columnsOf(workload);
  const cells = rows.map(({ contender, runs }) => [
    contender.name,
    ...columns.map((one) => cellOf(one, runs)),
  ]);
  return markdown([['', ...columns.map(({ name }) => name)], ...cells]);
}

function cellOf(one: Column, runs: readonly Run[]): string {
  const values = spread(one, runs);
  if (!values) return '–';
  const [median, least, most] = [values.median, values.least, values.most].map((value) =>
    one.write(value),
  );
  return least === most ? (median ?? '') : `${median} (${least}–${most})`;
}

function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, index) =>
    index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(rows[0] ?? []), line(rule), ...rows.slice(1).map(line)].join('\n');
}
