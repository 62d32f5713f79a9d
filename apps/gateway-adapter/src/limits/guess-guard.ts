import { LRUCache } from 'lru-cache';

/** When an address is blocked, and for how long. */
export interface GuessGuardOptions {
  /** Wrong keys and tokens within a minute that are borne with. */
  readonly maxFailures: number;
  /** Milliseconds. */
  readonly blockMs: number;
  /** Addresses that are remembered; beyond it the least recently seen is forgotten. Default 10 000. */
  readonly maxAddresses?: number;
  /** Monotonic time. */
  readonly clock: { nowMs(): number };
}

interface Record {
  failures: number;
  windowEndsMs: number;
  blockedUntilMs: number;
}

const WINDOW_MS = 60_000;

/** Blocks addresses that try out keys. */
export class GuessGuard {
  readonly #records: LRUCache<string, Record>;

  constructor(private readonly options: GuessGuardOptions) {
    this.#records = new LRUCache({ max: options.maxAddresses ?? 10_000 });
  }

  /** How long an address still has to stay away, in milliseconds; 0: it need not. */
  blockedMs(address: string): number {
    const record = this.#records.get(address);
    if (record === undefined) return 0;
    return Math.max(0, record.blockedUntilMs - this.options.clock.nowMs());
  }

  /** Notes a wrong key or token. @returns whether the address is blocked from now on. */
  failed(address: string): boolean {
    const nowMs = this.options.clock.nowMs();
    const record = this.#recordOf(address, nowMs);
    record.failures += 1;
    if (record.failures <= this.options.maxFailures) return false;
    record.blockedUntilMs = nowMs + this.options.blockMs;
    record.failures = 0;
    return true;
  }

  #recordOf(address: string, nowMs: number): Record {
    const known = this.#records.get(address);
    if (known !== undefined && known.windowEndsMs > nowMs) return known;
    const { blockedUntilMs = 0 } = known ?? {};
    const fresh = { failures: 0, windowEndsMs: nowMs + WINDOW_MS, blockedUntilMs };
    this.#records.set(address, fresh);
    return fresh;
  }
}
