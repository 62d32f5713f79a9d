import type { Criticality } from '@beamline/contracts/core';
import { type RetryAppointment, RetrySlots } from './retry-slots.js';

const CAPACITY_PER_MS = 0.8;

interface Asking {
  readonly nowMs?: number;
  readonly criticality?: Criticality;
  readonly capMs?: number;
  readonly random?: () => number;
}

/** Asks without jitter. */
function ask(slots: RetrySlots, asking: Asking = {}): RetryAppointment {
  const { nowMs = 0, criticality = 'default', capMs = 300_000, random = () => 0.5 } = asking;
  return slots.appoint(criticality, { nowMs, capacityPerMs: CAPACITY_PER_MS, capMs, random });
}

/** Lets seconds pass with a load, without waits. */
function pass(slots: RetrySlots, fromMs: number, seconds: number, perSecond: number): number {
  for (let n = 1; n <= seconds; n += 1) {
    const span = { offered: perSecond, lengthMs: 1_000, isWaiting: false };
    slots.observe(span, fromMs + n * 1_000);
  }
  return fromMs + seconds * 1_000;
}

it('spreads appointments by the spare capacity, from a second on', () => {
  const slots = new RetrySlots(0);
  const times = [1, 2, 3].map(() => ask(slots).retryAfterMs);
  const slotMs = 1 / (CAPACITY_PER_MS * 0.3);

  expect(times[0]).toBeCloseTo(1_000 + slotMs);
  expect(times[1]).toBeCloseTo(1_000 + 2 * slotMs);
  expect(times[2]).toBeCloseTo(1_000 + 3 * slotMs);
});

it('promises four fifths of what the load before the overload left over', () => {
  const slots = new RetrySlots(0);
  const nowMs = pass(slots, 0, 60, 480);

  const slotMs = 1 / (CAPACITY_PER_MS * 0.8 * 0.4);
  expect(ask(slots, { nowMs }).retryAfterMs).toBeCloseTo(1_000 + slotMs);
});

it('promises no more than the last seconds left over, however idle the minute before them', () => {
  const slots = new RetrySlots(0);
  const nowMs = pass(slots, pass(slots, 0, 300, 0), 30, 480);

  const slotMs = 1 / (CAPACITY_PER_MS * 0.8 * 0.45);
  expect(ask(slots, { nowMs }).retryAfterMs).toBeGreaterThan(1_000 + slotMs);
});

it('promises no more than the last minute left over, however idle the last seconds', () => {
  const slots = new RetrySlots(0);
  const nowMs = pass(slots, pass(slots, 0, 300, 480), 10, 0);

  const slotMs = 1 / (CAPACITY_PER_MS * 0.8 * 0.6);
  expect(ask(slots, { nowMs }).retryAfterMs).toBeGreaterThan(1_000 + slotMs);
});

it('promises a twentieth when nothing was left over', () => {
  const slots = new RetrySlots(0);
  const nowMs = pass(slots, 0, 60, 2_000);

  expect(ask(slots, { nowMs }).retryAfterMs).toBeCloseTo(1_000 + 1 / (CAPACITY_PER_MS * 0.05));
});

it('does not take the overload itself for the load before it', () => {
  const slots = new RetrySlots(0);
  let nowMs = pass(slots, 0, 60, 480);
  ask(slots, { nowMs });
  nowMs = pass(slots, nowMs, 2, 8_000);
  const before = ask(slots, { nowMs });
  const after = ask(slots, { nowMs });

  const slotMs = 1 / (CAPACITY_PER_MS * 0.8 * 0.4);
  expect(after.retryAfterMs - before.retryAfterMs).toBeCloseTo(slotMs);
});

it('sends callers as far away as the overload is old', () => {
  const slots = new RetrySlots(0);
  for (let nowMs = 0; nowMs <= 20_000; nowMs += 1_000) ask(slots, { nowMs });

  expect(ask(slots, { nowMs: 20_000 }).retryAfterMs).toBeGreaterThan(20_000);
  expect(ask(slots, { nowMs: 20_000 }).retryAfterMs).toBeLessThan(20_100);
});

it('takes an overload after three seconds of pause for a new one', () => {
  const slots = new RetrySlots(0);
  for (let nowMs = 0; nowMs <= 20_000; nowMs += 1_000) ask(slots, { nowMs });
  pass(slots, 20_000, 3, 0);

  expect(ask(slots, { nowMs: 23_000 }).retryAfterMs).toBeLessThan(1_100);
});

it('lets the classes share the spare capacity as they share the refusals', () => {
  const slots = new RetrySlots(0);
  const times: number[] = [];
  for (let n = 0; n < 900; n += 1) {
    const criticality: Criticality = n % 3 === 0 ? 'sheddable' : 'default';
    times.push(ask(slots, { criticality }).retryAfterMs);
  }

  const soonest = Math.min(...times);
  const latest = Math.max(...times);
  const perMs = times.length / (latest - soonest);
  expect(perMs).toBeGreaterThan(CAPACITY_PER_MS * 0.3 * 0.9);
  expect(perMs).toBeLessThan(CAPACITY_PER_MS * 0.3 * 1.1);
});

it('keeps within the cap, and spreads over the latter half of it', () => {
  const slots = new RetrySlots(0);
  const capMs = 5_000;
  let n = 0;
  const random = (): number => ((n += 7) % 10) / 10;
  const answers = Array.from({ length: 5_000 }, () => ask(slots, { capMs, random }));

  expect(Math.max(...answers.map(({ retryAfterMs }) => retryAfterMs))).toBeLessThanOrEqual(capMs);
  const late = answers.slice(-1_000).map(({ retryAfterMs }) => retryAfterMs);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0.5 * 0.9 * capMs);
  expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(1_000);
});

it('tells only sheddable callers beyond the cap not to come back', () => {
  const slots = new RetrySlots(0);
  const capMs = 1_010;
  const fill = (criticality: Criticality): RetryAppointment => {
    for (let n = 0; n < 50; n += 1) ask(slots, { criticality, capMs });
    return ask(slots, { criticality, capMs });
  };

  expect(ask(slots, { criticality: 'sheddable', capMs }).retryable).toBe(true);
  expect(fill('sheddable').retryable).toBe(false);
  expect(fill('default').retryable).toBe(true);
  expect(fill('critical').retryable).toBe(true);
});

it('gives no places away beyond the cap', () => {
  const slots = new RetrySlots(0);
  for (let n = 0; n < 100_000; n += 1) ask(slots, { capMs: 10_000 });

  expect(ask(slots, { nowMs: 2_000, capMs: 300_000 }).retryAfterMs).toBeLessThan(10_000);
});

it('forgets its appointments after two seconds of quiet', () => {
  const slots = new RetrySlots(0);
  for (let n = 0; n < 10_000; n += 1) ask(slots);
  expect(ask(slots).retryAfterMs).toBeGreaterThan(40_000);

  pass(slots, 0, 2, 100);
  expect(ask(slots, { nowMs: 2_000 }).retryAfterMs).toBeLessThan(2_100);
});

it('keeps its appointments while something waits', () => {
  const slots = new RetrySlots(0);
  for (let n = 0; n < 10_000; n += 1) ask(slots);
  slots.observe({ offered: 0, lengthMs: 2_000, isWaiting: true }, 2_000);

  expect(ask(slots, { nowMs: 2_000 }).retryAfterMs).toBeGreaterThan(38_000);
});

it('scatters appointments by a tenth', () => {
  const early = ask(new RetrySlots(0), { random: () => 0 }).retryAfterMs;
  const middle = ask(new RetrySlots(0)).retryAfterMs;
  const late = ask(new RetrySlots(0), { random: () => 1 }).retryAfterMs;

  expect(early / middle).toBeCloseTo(0.9);
  expect(late / middle).toBeCloseTo(1.1);
});

it('does not gather the latest appointments at the cap', () => {
  const slots = new RetrySlots(0);
  let draws = 0;
  const random = (): number => ((draws += 37) % 101) / 101;
  const capMs = 20_000;
  const answers = Array.from({ length: 10_000 }, () => ask(slots, { capMs, random }));
  const atCap = answers.filter(({ retryAfterMs }) => retryAfterMs > capMs - 100);

  // The last tenth of a second gets little more than its share of twenty seconds.
  expect(atCap.length).toBeLessThan(10_000 / 50);
});
