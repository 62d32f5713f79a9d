import {
  DEFAULT_SETTINGS,
  readSubjectSettings,
  type SubjectSettings,
} from '@beamline/backpressure/core';
import { Fields, type Range } from './fields.js';
import {
  capacityOf,
  type ClientBehaviour,
  DEFAULT_SCENARIO,
  type GatewaySetting,
  type Phase,
  phaseSpans,
  type Scenario,
  type TimeSpan,
} from './scenario.js';

/** What to simulate, and with which settings of ours. */
export interface Simulation {
  readonly scenario: Scenario;
  readonly settings: SubjectSettings;
  /** Mean load that a trace is paced to. Default 0.9. */
  readonly traceLoad: number;
}

export type ReadSimulation =
  | { readonly ok: true; readonly simulation: Simulation; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Most requests that one run may offer: more would take minutes and gigabytes. */
const MOST_REQUESTS = 5_000_000;

const DEFAULT_PHASES: readonly Phase[] = [
  { seconds: 15, load: 0.6 },
  { seconds: 20, load: 5 },
  { seconds: 15, load: 0.5 },
];
const TRACE_LOAD = 0.9;

const MS: Range = { least: 0, most: 86_400_000 };
const SHARE: Range = { least: 0, most: 1 };
const LOAD: Range = { least: 0, most: 1000 };
const count = (least: number, most: number): Range => ({ least, most, isWhole: true });

/**
 * Reads the settings of a simulation. Fields of the plant and its clients are those of {@link Scenario} in snake case, `thresholds`,
 * `policy` and `admission` those of the settings documents of a subject. Absent fields keep their defaults; what is wrong or unknown is
 * refused by its full name.
 *
 * @param document - parsed JSON
 * @param base - what absent fields are taken from
 */
export function readSimulation(
  document: unknown,
  base: Scenario = defaultScenario(),
): ReadSimulation {
  const problems: string[] = [];
  const notes: string[] = [];
  const fallback = { scenario: base, settings: DEFAULT_SETTINGS, traceLoad: TRACE_LOAD };
  const simulation = Fields.read(document, { path: '', problems, base: fallback }, (fields) => ({
    scenario: readScenario(fields, base),
    traceLoad: fields.number('trace_load', TRACE_LOAD, { least: 0.01, most: 1000 }),
    settings: readOurs(fields, problems, notes),
  }));
  if (problems.length === 0) problems.push(...tooMuch(simulation.scenario));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, simulation, notes };
}

function defaultScenario(): Scenario {
  return { ...DEFAULT_SCENARIO, phases: DEFAULT_PHASES };
}

function readOurs(fields: Fields, problems: string[], notes: string[]): SubjectSettings {
  const parts = ['thresholds', 'policy', 'admission'] as const;
  const given = parts.map((name) => [name, fields.take(name)] as const);
  const document = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const read = readSubjectSettings(document, DEFAULT_SETTINGS);
  if (!read.ok) problems.push(...read.problems);
  else notes.push(...read.notes);
  return read.ok ? read.settings : DEFAULT_SETTINGS;
}

function readScenario(fields: Fields, base: Scenario): Scenario {
  const phases = fields.list('phases', base.phases, {
    most: 1000,
    read: (item, name) => fields.item(name, item, { seconds: 1, load: 0 }, readPhase),
  });
  const replicas = fields.list('replicas', base.replicas, {
    most: 100,
    read: (item, name) => fields.check(name, item, { least: 0.000_001, most: 1e9 }, 1),
  });
  return {
    slots: fields.number('slots', base.slots, count(1, 100_000)),
    meanServiceMs: fields.number('mean_service_ms', base.meanServiceMs, {
      least: 0.1,
      most: 3_600_000,
    }),
    sigma: fields.number('sigma', base.sigma, { least: 0, most: 3 }),
    sloMs: fields.number('slo_ms', base.sloMs, { least: 1, most: 86_400_000 }),
    phases,
    classes: readClasses(fields, base),
    tenants: fields.shares('tenants', base.tenants, 10_000),
    clients: fields.nested('clients', base.clients, (inner) => readClients(inner, base.clients)),
    replicas,
    lostReplica: readLoss(fields, base, replicas.length),
    gateways: fields.nested('gateways', base.gateways, (inner) =>
      readGateways(inner, base.gateways),
    ),
    refusalCostMs: fields.number('refusal_cost_ms', base.refusalCostMs, { least: 0, most: 60_000 }),
    signalDelayMs: fields.number('signal_delay_ms', base.signalDelayMs, { least: 0, most: 60_000 }),
    trace: base.trace,
  };
}

function readPhase(fields: Fields): Phase {
  if (fields.take('load') === undefined) fields.problem('load', 'is missing');
  if (fields.take('seconds') === undefined) fields.problem('seconds', 'is missing');
  return {
    seconds: fields.number('seconds', 1, { least: 0.1, most: 86_400 }),
    load: fields.number('load', 0, LOAD),
    slowdown: fields.optionalNumber('slowdown', { least: 0.01, most: 1000 }),
    bursts: fields.nested<Phase['bursts']>('bursts', undefined, (inner) => ({
      everyMs: inner.number('every_ms', 2500, { least: 1, most: 86_400_000 }),
      lengthMs: inner.number('length_ms', 500, MS),
      factor: inner.number('factor', 2.4, LOAD),
      base: inner.number('base', 0.4, LOAD),
    })),
  };
}

function readClasses(fields: Fields, { classes }: Scenario): Scenario['classes'] {
  return fields.nested('classes', classes, (inner) => {
    const read = {
      critical: inner.number('critical', 0, { least: 0, most: 1e9 }),
      default: inner.number('default', 0, { least: 0, most: 1e9 }),
      sheddable: inner.number('sheddable', 0, { least: 0, most: 1e9 }),
    };
    const isUsable = read.critical + read.default + read.sheddable > 0;
    if (!isUsable) fields.problem('classes', 'one of them must be above 0');
    return read;
  });
}

function readClients(fields: Fields, base: ClientBehaviour): ClientBehaviour {
  return {
    maxRetries: fields.number('max_retries', base.maxRetries, count(0, 20)),
    hostileShare: fields.number('hostile_share', base.hostileShare, SHARE),
    hostileDelayMs: fields.number('hostile_delay_ms', base.hostileDelayMs, { ...MS, least: 10 }),
    hostileRetries: fields.number('hostile_retries', base.hostileRetries, count(0, 1000)),
    deadlineMs: fields.optionalNumber('deadline_ms', { ...MS, least: 1 }),
  };
}

function readGateways(fields: Fields, base: GatewaySetting): GatewaySetting {
  return {
    shares: fields.list('shares', base.shares, {
      most: 1000,
      read: (item, name) => fields.check(name, item, { least: 0.000_001, most: 1e9 }, 1),
    }),
    pushDelayMs: fields.number('push_delay_ms', base.pushDelayMs, { least: 0, most: 60_000 }),
    lostPushes: readSpan(fields, 'lost_pushes'),
    lostAnswers: readSpan(fields, 'lost_answers'),
  };
}

function readSpan(fields: Fields, name: string): TimeSpan | undefined {
  return fields.nested<TimeSpan | undefined>(name, undefined, (inner) => ({
    fromMs: inner.number('from_ms', 0, MS),
    toMs: inner.number('to_ms', MS.most, MS),
  }));
}

function readLoss(
  fields: Fields,
  { lostReplica }: Scenario,
  replicas: number,
): Scenario['lostReplica'] {
  return fields.nested('lost_replica', lostReplica, (inner) => {
    if (replicas < 2) inner.problem('index', 'the only router cannot be lost');
    return {
      index: inner.number('index', 0, count(0, Math.max(0, replicas - 1))),
      atMs: inner.number('at_ms', 0, MS),
    };
  });
}

/** Refuses what would never end. */
function tooMuch(scenario: Scenario): string[] {
  const requests = phaseSpans(scenario).reduce((total, { load, bursts, seconds }) => {
    const most = load * Math.max(1, bursts?.factor ?? 0, bursts?.base ?? 0);
    return total + capacityOf(scenario) * most * seconds;
  }, 0);
  if (requests <= MOST_REQUESTS) return [];
  const [offered, most] = [Math.round(requests), MOST_REQUESTS].map((n) => n?.toLocaleString('en'));
  return [`phases: would offer ${offered} requests (at most ${most})`];
}
