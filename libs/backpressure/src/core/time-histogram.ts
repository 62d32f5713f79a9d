/** Buckets per doubling; their middles are within 14 % of what they hold. */
const PER_DOUBLING = 8 / 3;
const BUCKETS = 64;
/** Upper bound of the first bucket, in milliseconds. The last bucket begins at about 11 minutes. */
const FIRST_MS = 0.05;

/** Durations in a few fixed logarithmic buckets; small, so that every subject can have some. */
export class TimeHistogram {
  readonly #counts = new Uint16Array(BUCKETS);
  readonly #halveAt: number;
  #total = 0;
  #sumMs = 0;

  /** @param halveAt Samples after which all counts are halved, so that old ones fade. At most 65 535. */
  constructor(halveAt: number) {
    this.#halveAt = halveAt;
  }

  get count(): number {
    return this.#total;
  }

  get meanMs(): number {
    return this.#total === 0 ? 0 : this.#sumMs / this.#total;
  }

  record(ms: number): void {
    if (this.#total >= this.#halveAt) this.#halve();
    const bucket = coarseBucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    this.#sumMs += ms;
  }

  /** Milliseconds below which the share `q` (0 to 1) of the samples lies; 0 without samples. */
  quantile(q: number): number {
    const rank = q * this.#total;
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0 && below + count >= rank) return within(bucket, (rank - below) / count);
      below += count;
    }
    return 0;
  }

  #halve(): void {
    let total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const half = (this.#counts[bucket] ?? 0) >> 1;
      this.#counts[bucket] = half;
      total += half;
    }
    this.#sumMs *= total / this.#total;
    this.#total = total;
  }
}

function coarseBucketOf(ms: number): number {
  if (ms <= FIRST_MS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms / FIRST_MS) * PER_DOUBLING));
}

/** A point between the bounds of a bucket, on the logarithmic scale. */
function within(bucket: number, share: number): number {
  return FIRST_MS * 2 ** ((bucket - 1 + share) / PER_DOUBLING);
}
