import type { Criticality } from '@beamline/contracts/core';
import { CreditBucket } from './credit-bucket.js';

/** Takes until it gets no more. */
function drain(bucket: CreditBucket, criticality: Criticality, nowMs: number): number {
  let taken = 0;
  while (bucket.tryTake(criticality, nowMs)) taken += 1;
  return taken;
}

/** A bucket that is full, and when it is. */
function full(perSecond: number): { bucket: CreditBucket; nowMs: number } {
  const bucket = new CreditBucket();
  bucket.start(perSecond, 0);
  return { bucket, nowMs: 60_000 };
}

it('holds a tenth of a second', () => {
  const { bucket, nowMs } = full(1_000);

  expect(drain(bucket, 'critical', nowMs)).toBe(100);
});

it('holds eight requests of the slowest rate', () => {
  const { bucket, nowMs } = full(1);

  expect(drain(bucket, 'critical', nowMs)).toBe(8);
});

it('starts half full', () => {
  const bucket = new CreditBucket();
  bucket.start(1_000, 5_000);

  expect(drain(bucket, 'critical', 5_000)).toBe(50);
});

it('leaves half to what matters more than background work, and a fifth to what is critical', () => {
  const { bucket, nowMs } = full(1_000);

  expect(drain(bucket, 'sheddable', nowMs)).toBe(50);
  expect(drain(bucket, 'default', nowMs)).toBe(30);
  expect(drain(bucket, 'critical', nowMs)).toBe(20);
});

it('fills by the rate', () => {
  const { bucket, nowMs } = full(1_000);
  drain(bucket, 'critical', nowMs);

  expect(drain(bucket, 'critical', nowMs + 30)).toBe(30);
});

it('keeps what it holds when the rate changes, as far as there is room', () => {
  const { bucket, nowMs } = full(1_000);
  bucket.setRate(500, nowMs);
  expect(drain(bucket, 'critical', nowMs)).toBe(50);

  bucket.setRate(2_000, nowMs);
  expect(drain(bucket, 'critical', nowMs)).toBe(0);
});
