import { readFileSync } from 'node:fs';
import { dealt, exponential, normal } from './random.js';

/** Requests of a recorded or made-up hour, scaled to a run. */
export interface TraceSlice {
  /** Arrival times from 0 to 1, as shares of the run. */
  readonly at: Float64Array;
  /** Generated tokens of each, as a multiple of the mean. */
  readonly work: Float32Array;
  /** What it is, for the report. */
  readonly source: string;
}

interface TraceRow {
  readonly atMs: number;
  readonly tokens: number;
}

/** Reads `TIMESTAMP,ContextTokens,GeneratedTokens`. @throws Error when the file holds nothing of that form. */
export function readTrace(csv: string): readonly TraceRow[] {
  const rows = csv
    .split('\n')
    .slice(1)
    .map((line) => {
      const [time = '', , tokens = ''] = line.split(',');
      return {
        atMs: Date.parse(`${time.trim().replace(' ', 'T').slice(0, 23)}Z`),
        tokens: Number(tokens),
      };
    })
    .filter(({ atMs, tokens }) => Number.isFinite(atMs) && tokens > 0);
  if (rows.length < 1_000) throw new Error(`a trace of ${rows.length} requests is too short`);
  return rows;
}

/** The busiest `count` requests in a row, squeezed into the length of the run. */
function busiest(rows: readonly TraceRow[], count: number): TraceSlice {
  const size = Math.min(count, rows.length);
  const spanOf = (first: number): number =>
    (rows[first + size - 1]?.atMs ?? Number.POSITIVE_INFINITY) - (rows[first]?.atMs ?? 0);
  let best = 0;
  for (let first = 1; first + size <= rows.length; first += 1) {
    if (spanOf(first) < spanOf(best)) best = first;
  }
  const slice = rows.slice(best, best + size);
  const startMs = slice[0]?.atMs ?? 0;
  const spanMs = spanOf(best) * (1 + 1 / size);
  const mean = slice.reduce((sum, { tokens }) => sum + tokens, 0) / size;
  return {
    at: Float64Array.from(slice, ({ atMs }) => (atMs - startMs) / spanMs),
    work: Float32Array.from(slice, ({ tokens }) => tokens / mean),
    source: 'recorded',
  };
}

/** Seven in ten short answers, three in ten long ones: mean 211 tokens and a variation of 0.77, as the recorded hour has. */
const tokens = (random: () => number): number =>
  random() < 0.7 ? 105 * Math.exp(0.5 * normal(random)) : Math.max(30, 420 + 60 * normal(random));

/**
 * Arrivals fitted to the Azure LLM inference trace 2023, conversation service (Patel et al., Splitwise, ISCA 2024): a rate that
 * wanders with a standard deviation of 0.23 of its mean and a memory of about 40 requests' time, exponential gaps at that rate,
 * and its two humps of generated tokens.
 */
function fitted(count: number, random: () => number): TraceSlice {
  const times = new Float64Array(count);
  const memory = 0.97;
  let drift = normal(random);
  let now = 0;
  for (let n = 0; n < count; n += 1) {
    drift = memory * drift + Math.sqrt(1 - memory ** 2) * normal(random);
    now += exponential(random) / Math.max(0.2, 1 + 0.23 * drift);
    times[n] = now;
  }
  const deal = dealt(() => tokens(random), 1, random);
  return {
    at: times.map((time) => time / (now * (1 + 1 / count))),
    work: Float32Array.from({ length: count }, deal),
    source: 'fitted',
  };
}

/** `count` requests of the trace at `path`, or of the generator fitted to it where no path is given. */
export function traceSlice(
  count: number,
  random: () => number,
  path: string | undefined,
): TraceSlice {
  return path === undefined
    ? fitted(count, random)
    : busiest(readTrace(readFileSync(path, 'utf8')), count);
}
