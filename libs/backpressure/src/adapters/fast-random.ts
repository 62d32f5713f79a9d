import { randomInt } from 'node:crypto';

/** A generator of numbers from 0 up to 1, seeded by the system once: a draw per request must not cost a system call. */
export function fastRandom(): () => number {
  let state = randomInt(2 ** 32);
  // mulberry32 by Tommy Ettinger, in the public domain.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
