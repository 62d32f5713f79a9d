import { randomInt } from 'node:crypto';

const STEPS = 2 ** 32;

/** A random number from 0 up to 1, for jitter. */
export function systemRandom(): number {
  return randomInt(STEPS) / STEPS;
}
