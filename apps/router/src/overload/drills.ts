import type { OverloadControl } from '@beamline/backpressure';
import type { LoadSignals } from '@beamline/backpressure/core';

/** A drill: signals that are put in the place of measured ones for a while. */
export interface Drill {
  readonly signals: Partial<LoadSignals>;
  readonly seconds: number;
}

export type ReadDrill =
  { readonly ok: true; readonly drill: Drill } | { readonly ok: false; readonly problem: string };

const FIELDS: ReadonlyMap<string, keyof LoadSignals> = new Map([
  ['pending_messages', 'pendingMessages'],
  ['latency_p95_ms', 'latencyP95Ms'],
  ['inflight_messages', 'inflightMessages'],
]);
const DEFAULT_SECONDS = 60;
const MOST_SECONDS = 3600;

/** Reads a drill as it comes over the wire: at least one of the three signals, and how many seconds it lasts. */
export function readDrill(document: unknown): ReadDrill {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return { ok: false, problem: 'a drill must be a JSON object' };
  }
  const { seconds, ...fields } = { seconds: DEFAULT_SECONDS, ...document };
  const given = Object.entries<unknown>(fields);
  const problem = secondsProblem(seconds) ?? signalsProblem(given);
  if (problem !== undefined) return { ok: false, problem };
  const signals = Object.fromEntries(given.map(([field, value]) => [FIELDS.get(field), value]));
  return { ok: true, drill: { signals, seconds } };
}

function secondsProblem(seconds: unknown): string | undefined {
  if (isWhole(seconds, 1, MOST_SECONDS)) return undefined;
  return `seconds must be a whole number from 1 to ${MOST_SECONDS} (got ${shown(seconds)})`;
}

function signalsProblem(given: readonly (readonly [string, unknown])[]): string | undefined {
  if (given.length === 0) return `a drill needs one of ${[...FIELDS.keys()].join(', ')}`;
  for (const [field, value] of given) {
    if (!FIELDS.has(field)) return `${shown(field)} is no field of a drill`;
    if (!isWhole(value, 0, Number.MAX_SAFE_INTEGER)) {
      return `${field} must be a whole number, 0 or more (got ${shown(value)})`;
    }
  }
  return undefined;
}

/**
 * Lets operators rehearse an overload: gateways, alerts and dashboards see what they would see, and in strict mode
 * requests are refused. Each drill ends by itself. It makes a status while this replica leads, and for all replicas;
 * on one that follows it only shows in the signals, until that one leads.
 */
export class Drills {
  readonly #running = new Map<string, NodeJS.Timeout>();

  constructor(private readonly control: OverloadControl) {}

  /** @returns `false` when the subject is not served here. */
  begin(subject: string, { signals, seconds }: Drill): boolean {
    // Asking for a control would make this replica serve what others do.
    const status = this.control.statusNow(subject);
    if (status.status === 'unknown' || status.view === undefined) return false;
    this.end(subject);
    this.control.subject(subject).override(signals);
    this.#running.set(subject, setTimeout(() => this.end(subject), seconds * 1000).unref());
    return true;
  }

  /** @returns `false` when there was none. */
  end(subject: string): boolean {
    const timer = this.#running.get(subject);
    if (timer === undefined) return false;
    clearTimeout(timer);
    this.#running.delete(subject);
    this.control.subject(subject).override(undefined);
    return true;
  }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 64) ?? String(value);
}
