import { ENDINGS } from '../overload/load/load-messages.js';
import type { RunResult } from '../overload/measure/run-result.js';
import { GATEWAY_FIGURES } from './gateway-figures.js';

/** Intended, end, ending and gateway of each attempt. */
type Line = readonly [intendedMs: number, endMs: number, ending: number, gateway: number];

const STEP = { name: 'step', seconds: 10, load: 2, fromMs: 1_000, toMs: 11_000 };
const { ok, refused, heldBack } = ENDINGS;

const aRun = (lines: readonly Line[]): RunResult => ({
  phases: [STEP],
  arrivals: {
    atMs: Float64Array.from(lines, ([at]) => at),
    classOf: new Uint8Array(lines.length),
    tenantOf: Uint8Array.from(lines, ([, , , gateway]) => gateway),
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

it('counts from the first refusal of the router until the median gateway holds something back', () => {
  const run = aRun([
    [500, 600, refused, 0],
    [2_000, 2_100, refused, 1],
    [2_150, 2_150, heldBack, 0],
    [2_180, 2_180, heldBack, 1],
    [2_500, 2_500, heldBack, 2],
  ]);

  expect(GATEWAY_FIGURES['onset to first held back'].of(run, STEP)).toBe(80);
});

it('counts a gateway that never holds back with the rest of the phase, and one that was first with nothing', () => {
  const run = aRun([
    [1_500, 1_500, heldBack, 0],
    [2_000, 2_000, refused, 1],
    [2_000, 2_040, ok, 2],
  ]);

  expect(GATEWAY_FIGURES['onset to first held back'].of(run, STEP)).toBe(9_000);
});

it('tells what the router refused from what gateways held back', () => {
  const run = aRun([
    [2_000, 2_001, refused, 0],
    [2_000, 2_000, heldBack, 0],
    [2_000, 2_000, heldBack, 0],
    [2_000, 2_030, ok, 0],
    [500, 510, refused, 0],
  ]);

  expect(GATEWAY_FIGURES['refused by the router'].of(run, STEP)).toBe(25);
  expect(GATEWAY_FIGURES['held back'].of(run, STEP)).toBe(50);
});

it('counts who was turned away in the first seconds of a phase', () => {
  const run = aRun([
    [2_000, 2_001, refused, 0],
    [2_000, 2_000, heldBack, 0],
    [2_000, 2_000, heldBack, 0],
    [2_000, 2_030, ok, 0],
    [7_000, 7_001, refused, 0],
    [500, 510, refused, 0],
  ]);

  expect(GATEWAY_FIGURES['refused or held back within 5 s'].of(run, STEP)).toBe(75);
  expect(GATEWAY_FIGURES['refused or held back within 30 s'].of(run, STEP)).toBe(80);
});

it('takes the latency of answers alone', () => {
  const run = aRun([
    [2_000, 2_040, ok, 0],
    [2_000, 2_001, refused, 0],
    [2_000, 2_000, heldBack, 0],
  ]);

  expect(GATEWAY_FIGURES['p99 of the answers'].of(run, STEP)).toBe(40);
});
