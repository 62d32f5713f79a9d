/** A source of randomness as the cores take it: from 0 up to, but not including, 1. */
export type Random = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): the same seed gives the same numbers on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One source per purpose, so that what a controller draws does not change who arrives, or how long work takes. */
export interface RandomStreams {
  readonly arrivals: Random;
  readonly service: Random;
  readonly mix: Random;
  readonly clients: Random;
  readonly control: Random;
  readonly gateways: Random;
}

export function randomStreams(seed: number): RandomStreams {
  const stream = (index: number): Random => seededRandom(Math.imul(seed, 0x9e3779b1) + index);
  return {
    arrivals: stream(1),
    service: stream(2),
    mix: stream(3),
    clients: stream(4),
    control: stream(5),
    gateways: stream(6),
  };
}

/** A draw from the exponential distribution. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** A draw from the standard normal distribution (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A draw from the lognormal distribution of the given mean; `sigma` is the deviation of its logarithm. */
export function lognormal(random: Random, mean: number, sigma: number): number {
  return mean * Math.exp(sigma * normal(random) - (sigma * sigma) / 2);
}

/** The key at which the running sum of shares passes `draw` (0 to 1) of their total. */
export function pickByShare<Key>(shares: readonly (readonly [Key, number])[], draw: number): Key {
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  let left = draw * total;
  let last: Key | undefined;
  for (const [key, share] of shares) {
    if (share <= 0) continue;
    last = key;
    left -= share;
    if (left < 0) return key;
  }
  if (last === undefined) throw new RangeError('no share is above 0');
  return last;
}
