import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '@beamline/backpressure/core';
import { compare, type ContenderRuns } from '../core/compare.js';
import { type Contender, CONTENDERS } from '../core/contenders.js';
import { picturesOf } from '../core/plots.js';
import { readSimulation, type Simulation } from '../core/read-simulation.js';
import { reportOf } from '../core/report.js';
import { DEFAULT_SCENARIO, type Scenario } from '../core/scenario.js';
import { tableOf } from '../core/table.js';
import { tracedScenario, type Workload, WORKLOADS } from '../core/workloads.js';
import { readTrace } from './read-trace.js';

export const SIMULATE_USAGE = `Usage: npm run simulate -- [options]
  --workload <name>    a workload, or the start of some: W2, W6-echo-5x, all (default: W2-5x); repeatable
  --controller <name>  who protects the plant (default: all that make a difference); repeatable
  --settings <file>    your own plant, load, clients and our settings, as JSON
  --trace <file>       your own arrivals, as CSV
  --seed <number>      of the first run (default: 1)
  --runs <number>      runs of each, with seeds one after the other (default: 1, at most 100)
  --out <folder>       where plots (SVG) and figures (JSON) go (default: none are written)
  --list               names workloads and controllers`;

/** A mistake in the command line or in a file that it names; `message` is for the user. */
export class SimulateError extends Error {}

interface Order {
  readonly workloads: readonly Workload[];
  readonly contenders: readonly Contender[] | undefined;
  readonly settings: Simulation['settings'];
  readonly seeds: readonly number[];
  readonly out: string | undefined;
}

const LARGEST_FILE_BYTES = 256 * 1024 * 1024;
const MOST_RUNS = 100;

/**
 * The command `npm run simulate`: reads its arguments and files, runs, and prints tables.
 *
 * @param args - the arguments, without those of Node
 * @param say - takes each piece of output
 * @throws SimulateError for anything wrong with the arguments or the files
 */
export function simulateCommand(args: readonly string[], say: (text: string) => void): void {
  const values = readArguments(args);
  if (values.list) return say(listing());
  const order = readOrder(values, say);
  const reports = order.workloads.map((workload) => {
    const contenders =
      order.contenders ?? CONTENDERS.filter(({ kind }) => workload.kinds.includes(kind));
    const rows = compare(workload, { ...order, contenders });
    say(`\n## ${workload.name}: ${workload.title}\n\n${tableOf(workload, rows)}`);
    if (order.out !== undefined) writePictures(order.out, workload, rows);
    return reportOf(workload, rows);
  });
  if (order.out === undefined) return;
  writeFileSync(join(order.out, 'figures.json'), `${JSON.stringify(reports, null, 2)}\n`);
  say(`\nPlots and figures are in ${order.out}.`);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        workload: { type: 'string', multiple: true },
        controller: { type: 'string', multiple: true },
        settings: { type: 'string' },
        trace: { type: 'string' },
        seed: { type: 'string', default: '1' },
        runs: { type: 'string', default: '1' },
        out: { type: 'string' },
        list: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new SimulateError(`${messageOf(error)}\n${SIMULATE_USAGE}`);
  }
}

type Arguments = ReturnType<typeof readArguments>;

function readOrder(values: Arguments, say: (text: string) => void): Order {
  const seed = wholeNumber('--seed', values.seed, Number.MAX_SAFE_INTEGER);
  const runs = wholeNumber('--runs', values.runs, MOST_RUNS);
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  const contenders =
    values.controller && chosen('--controller', CONTENDERS, values.controller, isEqual);
  const out = values.out === undefined ? undefined : writable(values.out);
  const work = isOwn(values) ? ownWork(values, say) : knownWork(values);
  return { ...work, contenders, seeds, out };
}

const isOwn = ({ settings, trace }: Arguments): boolean =>
  settings !== undefined || trace !== undefined;

type Work = Pick<Order, 'workloads' | 'settings'>;

function knownWork({ workload = ['W2-5x'] }: Arguments): Work {
  const workloads = chosen('--workload', WORKLOADS, workload, startsWith);
  return { workloads, settings: DEFAULT_SETTINGS };
}

function ownWork(values: Arguments, say: (text: string) => void): Work {
  if (values.workload) {
    throw new SimulateError('--workload cannot be given together with --settings or --trace');
  }
  const simulation = ownSimulation(values, say);
  return { workloads: [ownWorkload(simulation, values.trace)], settings: simulation.settings };
}

const startsWith = (name: string, wanted: string): boolean =>
  wanted === 'all' || name === wanted || name.startsWith(`${wanted}-`);
const isEqual = (name: string, wanted: string): boolean => name === wanted;

function chosen<Named extends { readonly name: string }>(
  option: string,
  all: readonly Named[],
  wanted: readonly string[],
  matches: (name: string, wanted: string) => boolean,
): readonly Named[] {
  const unknown = wanted.find((one) => !all.some(({ name }) => matches(name, one)));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new SimulateError(
      `${option} ${JSON.stringify(unknown.slice(0, 64))} is unknown. Known: ${names}`,
    );
  }
  return all.filter(({ name }) => wanted.some((one) => matches(name, one)));
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw new SimulateError(
    `${option} must be a whole number from 1 to ${most} (got ${JSON.stringify(text.slice(0, 64))})`,
  );
}

function ownSimulation({ settings, trace }: Arguments, say: (text: string) => void): Simulation {
  const read = readSimulation(settings === undefined ? {} : parsedJson(settings));
  if (!read.ok) {
    const problems = read.problems.map((problem) => `  ${problem}`).join('\n');
    throw new SimulateError(`${settings} is refused:\n${problems}`);
  }
  for (const note of read.notes) say(`Note: ${note}`);
  return trace === undefined ? read.simulation : withTrace(read.simulation, trace);
}

function withTrace(simulation: Simulation, file: string): Simulation {
  const read = readTrace(readText(file));
  if (!read.ok) throw new SimulateError(`${file}: ${read.problem}`);
  const scenario = tracedScenario(simulation.scenario, read.lines, simulation.traceLoad);
  return { ...simulation, scenario };
}

function ownWorkload({ scenario }: Simulation, trace: string | undefined): Workload {
  const isTrace = trace !== undefined;
  const loads = scenario.phases.map(({ load }) => load);
  return {
    name: isTrace ? 'own-trace' : 'own-settings',
    title: isTrace ? `the arrivals of the trace, mean ${loads[0] ?? 0}x` : 'the settings given',
    focus: isTrace ? 0 : loads.indexOf(Math.max(...loads)),
    scenario,
    kinds: kindsFor(scenario),
  };
}

/** Gateways that were described are asked about. */
const kindsFor = ({ gateways }: Scenario): Workload['kinds'] =>
  gateways === DEFAULT_SCENARIO.gateways ? ['ours', 'variant', 'formula'] : ['ours', 'gate'];

function parsedJson(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof SimulateError) throw error;
    throw new SimulateError(`${file} is no JSON: ${messageOf(error)}`);
  }
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE_BYTES) {
      throw new SimulateError(`${file} has ${size} bytes (at most ${LARGEST_FILE_BYTES})`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof SimulateError) throw error;
    throw new SimulateError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => String(error).replace(/^\w*Error: /, '');

function writable(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw new SimulateError(`--out ${folder}: ${messageOf(error)}`);
  }
}

function writePictures(folder: string, workload: Workload, rows: readonly ContenderRuns[]): void {
  for (const { name, svg } of picturesOf(workload, rows)) {
    writeFileSync(join(folder, `${name}.svg`), svg);
  }
}

function listing(): string {
  return `Workloads\n${named(WORKLOADS)}\n\nControllers\n${named(CONTENDERS)}`;
}

function named(items: readonly { readonly name: string; readonly title: string }[]): string {
  return items.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join('\n');
}
