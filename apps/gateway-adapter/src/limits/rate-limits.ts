import { monotonicClock } from '@beamline/kernel';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Routes that share one count. */
export type LimitFamily = 'decide' | 'messages' | 'registry';

/** How often a tenant may ask. */
export interface RateLimitsOptions {
  /** Length of a window, in seconds. */
  readonly windowSeconds: number;
  /** Requests per window and tenant. */
  readonly points: Readonly<Record<LimitFamily, number>>;
  /** Tenants that are counted apart; beyond it they share one count. */
  readonly maxKeys: number;
}

/** Where a tenant stands after one more request. */
export interface RateStanding {
  readonly isOver: boolean;
  readonly limit: number;
  /** Requests left in this window. */
  readonly remaining: number;
  /** Until the window ends, in milliseconds. */
  readonly resetMs: number;
}

const OTHERS = '_others';
/** Least time between two looks for tenants whose window is over, in milliseconds: each walks through all of them. */
const PURGE_EVERY_MS = 1000;

/** Counts requests per tenant and family in windows of fixed length. In memory: each gateway counts what it serves. */
export class RateLimits {
  readonly #limiters: Readonly<Record<LimitFamily, RateLimiterMemory>>;
  readonly #known: LRUCache<string, true>;
  #purgedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: RateLimitsOptions) {
    this.#limiters = {
      decide: this.#limiter('decide'),
      messages: this.#limiter('messages'),
      registry: this.#limiter('registry'),
    };
    // As old as a window can be: whoever is forgotten here has no count any more.
    this.#known = new LRUCache({ max: options.maxKeys, ttl: options.windowSeconds * 1000 });
  }

  /** Counts one request of `key`. */
  async take(family: LimitFamily, key: string): Promise<RateStanding> {
    const outcome = await this.#limiters[family].consume(this.#counted(key)).catch(asOutcome);
    const limit = this.options.points[family];
    return {
      isOver: outcome.consumedPoints > limit,
      limit,
      remaining: outcome.remainingPoints,
      resetMs: outcome.msBeforeNext,
    };
  }

  #counted(key: string): string {
    if (this.#known.has(key)) return key;
    if (this.#isFull()) return OTHERS;
    this.#known.set(key, true);
    return key;
  }

  #isFull(): boolean {
    const { maxKeys } = this.options;
    const nowMs = monotonicClock.nowMs();
    if (this.#known.size >= maxKeys && nowMs - this.#purgedAtMs >= PURGE_EVERY_MS) {
      this.#purgedAtMs = nowMs;
      this.#known.purgeStale();
    }
    return this.#known.size >= maxKeys;
  }

  #limiter(family: LimitFamily): RateLimiterMemory {
    const { points, windowSeconds } = this.options;
    return new RateLimiterMemory({
      keyPrefix: family,
      points: points[family],
      duration: windowSeconds,
    });
  }
}

// Being over the limit is reported by rejecting with the standing; anything else is a mistake.
function asOutcome(rejected: unknown): RateLimiterRes {
  if (rejected instanceof RateLimiterRes) return rejected;
  throw rejected;
}
