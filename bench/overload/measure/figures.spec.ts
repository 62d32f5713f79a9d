import { ENDINGS } from '../load/load-messages.js';
import { FIGURES } from './figures.js';
import type { RunResult } from './run-result.js';

/** Intended, end and ending of each attempt; 10 per second is the capacity. */
type Line = readonly [intendedMs: number, endMs: number, ending: number, about?: number];

const STEP = { name: 'step', seconds: 10, load: 2, fromMs: 0, toMs: 10_000 };

const aRun = (lines: readonly Line[]): RunResult => ({
  phases: [STEP],
  arrivals: {
    atMs: Float64Array.from(lines, ([at]) => at),
    classOf: Uint8Array.from(lines, ([, , , about]) => about ?? 0),
    tenantOf: Uint8Array.from(lines, ([, , , about]) => about ?? 0),
    work: new Float32Array(),
  },
  attempts: {
    intendedMs: Float64Array.from(lines, ([at]) => at),
    endMs: Float64Array.from(lines, ([, end]) => end),
    ending: Uint8Array.from(lines, ([, , ending]) => ending),
    attempt: new Uint8Array(lines.length),
    request: Uint32Array.from(lines, (_, n) => n),
  },
  capacityPerSecond: 10,
  sloMs: 1_000,
  serverCpuMicros: 50,
});

const { ok, refused, open } = ENDINGS;
/** One request every 50 ms for ten seconds: twice the capacity. */
const steady = (answer: (n: number, atMs: number) => Line): Line[] =>
  Array.from({ length: 200 }, (_, n) => answer(n, n * 50));

describe('goodput', () => {
  const { of } = FIGURES.goodput;

  it('is 1 when the capacity is used up by answers in time', () => {
    const run = aRun(steady((n, at) => (n % 2 === 0 ? [at, at + 40, ok] : [at, at + 1, refused])));

    expect(of(run, STEP)).toBeCloseTo(1, 5);
  });

  it('does not count answers that came too late, nor those that never came', () => {
    const late = aRun(steady((_, at) => [at, at + 1_001, ok]));
    const never = aRun(steady((_, at) => [at, 0, open]));

    expect(of(late, STEP)).toBe(0);
    expect(of(never, STEP)).toBe(0);
  });

  it('is measured against what is offered where that is less than the capacity', () => {
    const run = aRun(Array.from({ length: 20 }, (_, n) => [n * 500, n * 500 + 10, ok] as const));

    expect(of(run, STEP)).toBe(1);
  });

  it('is measured against what a slowed down plant can do', () => {
    const run = aRun(steady((n, at) => (n % 8 === 0 ? [at, at + 40, ok] : [at, at + 1, refused])));

    expect(of(run, { ...STEP, slowdown: 4 })).toBeCloseTo(1, 5);
  });
});

it('counts refusals per request of the phase, in percent', () => {
  const run = aRun(steady((n, at) => (n % 4 === 0 ? [at, at + 1, refused] : [at, at + 9, ok])));

  expect(FIGURES.rejects.of(run, STEP)).toBe(25);
});

it('finds the end of the last refusals', () => {
  const run = aRun(steady((_, at) => (at < 3_000 ? [at, at + 1, refused] : [at, at + 9, ok])));

  expect(FIGURES.recovery.of(run, STEP)).toBe(3_000);
});

it('counts unanswered requests as late', () => {
  const run = aRun(steady((_, at) => (at < 2_000 ? [at, at + 9, ok] : [at, 0, open])));

  expect(FIGURES['seconds with p95 > SLO'].of(run, STEP)).toBe(8);
  expect(FIGURES.p99.of(run, STEP)).toBeGreaterThan(8_800);
});

it('takes the success of a class among its own requests', () => {
  const run = aRun(
    steady((n, at) => (n % 2 === 0 ? [at, at + 9, ok, 0] : [at, at + 1, refused, 1])),
  );

  expect(FIGURES['critical success'].of(run, STEP)).toBe(100);
  expect(FIGURES['default success'].of(run, STEP)).toBe(0);
});

it('calls it fair when all tenants get the same, and 1/n when one gets all', () => {
  const even = aRun(steady((n, at) => [at, at + 9, ok, n % 4]));
  const uneven = aRun(
    steady((n, at) => (n % 4 === 0 ? [at, at + 9, ok, 0] : [at, at + 1, refused, n % 4])),
  );

  expect(FIGURES.fairness.of(even, STEP)).toBeCloseTo(1, 5);
  expect(FIGURES.fairness.of(uneven, STEP)).toBeCloseTo(0.25, 5);
});

it('finds the second in which most is sent', () => {
  const crowd: Line[] = Array.from({ length: 30 }, (_, n) => [5_000 + n * 10, 5_500, refused]);
  const run = aRun([...steady((_, at) => [at, at + 9, ok]), ...crowd]);

  expect(FIGURES['echo peak'].of(run, STEP)).toBe(5);
});
