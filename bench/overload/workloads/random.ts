/** A random source that gives the same numbers for the same seed (mulberry32). Numbers from 0 (included) to 1 (excluded). */
export function seeded(seed: number): () => number {
  let state = Math.trunc(seed);
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time to the next event of a Poisson process, in units of its mean. */
export const exponential = (random: () => number): number => -Math.log(1 - random());

/** A draw from the standard normal distribution (Box and Muller). */
export function normal(random: () => number): number {
  const radius = Math.sqrt(2 * exponential(random));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Draws in a deck: a power of two, so that a few seconds of work use several decks. */
const DECK = 256;

function shuffled(values: Float64Array, random: () => number): Float64Array {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const value = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = value;
  }
  return values;
}

/**
 * Draws from a distribution, dealt from shuffled decks: each deck holds evenly spaced quantiles of 100 decks' worth of draws, so
 * that every deck has the same mean. The distribution is the asked-for one, and two runs do not differ by the luck of
 * their draws.
 * @param mean Mean of what is dealt.
 */
export function dealt(draw: () => number, mean: number, random: () => number): () => number {
  const many = Float64Array.from({ length: DECK * 100 }, draw).toSorted();
  const deck = Float64Array.from({ length: DECK }, (_, n) => many[n * 100 + 50] ?? 0);
  const scale = (mean * DECK) / deck.reduce((sum, value) => sum + value, 0);
  let at = DECK;
  return () => {
    if (at === DECK) {
      shuffled(deck, random);
      at = 0;
    }
    at += 1;
    return (deck[at - 1] ?? 0) * scale;
  };
}

/** Service times: lognormal with this mean and the sigma of the logarithm, dealt from decks. */
export const lognormalDeck = (
  { mean, sigma }: { readonly mean: number; readonly sigma: number },
  random: () => number,
): (() => number) => dealt(() => Math.exp(sigma * normal(random)), mean, random);
