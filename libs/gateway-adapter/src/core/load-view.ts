import type { Heard, LoadRefusal, LoadSource, RouterLoad } from './router-load.js';

/** How long the answer to a poll is believed: the contract's five seconds between polls, and one for an answer to come. */
const POLL_TTL_MS = 6_000;
/** Longest that any load is believed, in milliseconds, whatever it says. */
const MAX_TTL_MS = 60_000;
/**
 * So long after the last push, what is older counts as new again. Else a router whose clock was set back would not be
 * heard until its clock has caught up.
 */
const FORGET_ORDER_MS = 60_000;

/** A load, and until when it is believed. */
interface HeldLoad {
  readonly load: RouterLoad;
  readonly source: LoadSource;
  readonly heardMs: number;
  readonly untilMs: number;
}

/**
 * The newest that is known of the router's load. Order is told by the leader's epoch and its own count, never by clocks.
 * What gets old is not believed any more: then nothing is known, and nobody is refused for it.
 */
export class LoadView {
  #pushed: HeldLoad | undefined;
  #polled: HeldLoad | undefined;

  /** Takes a load that was pushed, unless something newer was heard before. */
  hear(load: RouterLoad, source: LoadSource, nowMs: number): Heard {
    const reason = this.#objection(load, nowMs);
    if (reason !== undefined) return { accepted: false, reason };
    const before = this.load(nowMs);
    this.#pushed = held(load, source, load.ttlMs, nowMs);
    return { accepted: true, changed: isChange(before, load) };
  }

  /** Takes the answer to a poll, unless pushes arrive: they are newer. */
  poll(load: RouterLoad, nowMs: number): Heard {
    if (!this.arePushesLost(nowMs)) return { accepted: false, reason: 'not_needed' };
    const before = this.load(nowMs);
    this.#polled = held(load, 'poll', POLL_TTL_MS, nowMs);
    return { accepted: true, changed: isChange(before, load) };
  }

  /** What is believed now. */
  load(nowMs: number): RouterLoad | undefined {
    return this.#held(nowMs)?.load;
  }

  /** How what is believed came, and how long it is still believed. */
  source(nowMs: number): { readonly source: LoadSource | undefined; readonly leftMs: number } {
    const found = this.#held(nowMs);
    return { source: found?.source, leftMs: found ? found.untilMs - nowMs : 0 };
  }

  /** No push is believed. */
  arePushesLost(nowMs: number): boolean {
    return this.#pushed === undefined || nowMs >= this.#pushed.untilMs;
  }

  #held(nowMs: number): HeldLoad | undefined {
    if (this.#pushed && nowMs < this.#pushed.untilMs) return this.#pushed;
    return this.#polled && nowMs < this.#polled.untilMs ? this.#polled : undefined;
  }

  #objection(load: RouterLoad, nowMs: number): LoadRefusal | undefined {
    if (!this.#pushed || nowMs - this.#pushed.heardMs >= FORGET_ORDER_MS) return undefined;
    const { epoch, seq, atMs } = this.#pushed.load;
    if (epoch === undefined) return load.epoch === undefined ? byOrder(load.atMs, atMs) : undefined;
    // Without an epoch it is a router that knows only the contract: believed when nobody else is heard.
    if (load.epoch === undefined) return this.arePushesLost(nowMs) ? undefined : 'old_epoch';
    if (load.epoch !== epoch) return load.epoch < epoch ? 'old_epoch' : undefined;
    return byOrder(load.seq ?? 0, seq ?? 0);
  }
}

/** 0 is what cannot be put in order. */
function byOrder(said: number, newest: number): LoadRefusal | undefined {
  if (said === 0 || said > newest) return undefined;
  return said === newest ? 'replayed' : 'out_of_order';
}

function held(load: RouterLoad, source: LoadSource, ttlMs: number, nowMs: number): HeldLoad {
  const believedMs = ttlMs > 0 ? Math.min(ttlMs, MAX_TTL_MS) : 0;
  return { load, source, heardMs: nowMs, untilMs: nowMs + believedMs };
}

function isChange(before: RouterLoad | undefined, after: RouterLoad): boolean {
  if (before === undefined) return true;
  return (
    before.status !== after.status ||
    before.effectiveStatus !== after.effectiveStatus ||
    typeof before.credit !== typeof after.credit
  );
}
