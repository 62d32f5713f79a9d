/** Time without a refusal after which nothing counts as refused any more, in milliseconds. */
const CALM_AFTER_MS = 1_000;
/** Slices of 200 ms that the highest rate is taken from: the last second. */
const SLICES = 5;
const SLICE_MS = 200;

/** What one replica takes of a subject. */
export interface Credit {
  /** Whether it refused anything for lack of capacity within the last second. */
  readonly isRefusing: boolean;
  /** Requests per second. While nothing is refused it may take more. */
  readonly takesPerSecond: number;
}

/** What is known of the capacity behind. */
export interface KnownCapacity {
  /** Completions per millisecond; 0: not known. */
  readonly perMs: number;
  /** Whether work has waited, so that this is what can be delivered and not only what was asked for. */
  readonly isProven: boolean;
}

/**
 * Tells how much a replica takes while it refuses: what the work behind delivers, but not more than it has let in of
 * late, since it may refuse for other reasons. Of the rates of the last second the highest counts: gateways keep to what
 * they are told, and with a mean they and the router would talk each other down (overload.md 3.5).
 */
export class CreditMeter {
  readonly #rates = new Float64Array(SLICES);
  #next = 0;
  #admitted = 0;
  #refusedMs = Number.NEGATIVE_INFINITY;

  noteAdmitted(): void {
    this.#admitted += 1;
  }

  /** Notes a refusal for lack of capacity. @returns whether it is the first one after a second without any. */
  noteRefused(nowMs: number): boolean {
    const isFirst = !this.#isRefusing(nowMs);
    this.#refusedMs = nowMs;
    return isFirst;
  }

  /** Ends so many slices that took `lengthMs` together. What was admitted belongs to the first of them. */
  closeSlices(count: number, lengthMs: number): void {
    const first = ((this.#admitted * count) / lengthMs) * 1_000;
    this.#admitted = 0;
    for (let n = Math.max(0, count - SLICES); n < count; n += 1) {
      this.#rates[this.#next] = n === 0 ? first : 0;
      this.#next = (this.#next + 1) % SLICES;
    }
  }

  credit(capacity: KnownCapacity, nowMs: number): Credit {
    const isRefusing = this.#isRefusing(nowMs);
    const admitted = this.#highestRate();
    const delivered = capacity.perMs * 1_000;
    if (!isRefusing) return { isRefusing, takesPerSecond: Math.max(admitted, delivered) };
    const takesPerSecond = capacity.isProven ? Math.min(admitted, delivered) : admitted;
    return { isRefusing, takesPerSecond };
  }

  /** The slice that is not over counts with what it has so far, or the first refusal would find nothing. */
  #highestRate(): number {
    return Math.max(...this.#rates, (this.#admitted / SLICE_MS) * 1_000);
  }

  #isRefusing(nowMs: number): boolean {
    return nowMs - this.#refusedMs < CALM_AFTER_MS;
  }
}

/**
 * What all replicas together take: `null` while none of them refuses anything. A replica that does not refuse counts with
 * what it is known to take, which is the least it does.
 */
export function creditOf(replicas: readonly Credit[]): number | null {
  if (!replicas.some(({ isRefusing }) => isRefusing)) return null;
  return replicas.reduce((sum, { takesPerSecond }) => sum + takesPerSecond, 0);
}
