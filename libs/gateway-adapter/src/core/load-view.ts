import type { GatewayView } from './gateway-admission-types.js';
import type { Heard, LoadRefusal, LoadSource, RouterLoad } from './router-load.js';

/** Longest that any load is believed, in milliseconds, whatever it says. */
const MAX_TTL_MS = 60_000;
/**
 * So long after the last push, what is older counts as new again. Else a router whose clock was set back would not be
 * heard until its clock has caught up.
 */
const FORGET_ORDER_MS = 60_000;

/** What of a gateway's view is heard from the router. */
type BelievedLoad = Pick<
  GatewayView,
  'status' | 'effectiveStatus' | 'source' | 'believedForMs' | 'routerCredit' | 'epoch' | 'seq'
>;

const NOTHING: BelievedLoad = {
  status: 'unknown',
  effectiveStatus: 'unknown',
  source: undefined,
  believedForMs: 0,
  routerCredit: undefined,
  epoch: undefined,
  seq: undefined,
};

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
    this.#pushed = held(load, source, nowMs);
    return { accepted: true, changed: isChange(before, load) };
  }

  /** Takes the answer to a poll, unless pushes arrive: they are newer. */
  poll(load: RouterLoad, nowMs: number): Heard {
    if (!this.arePushesLost(nowMs)) return { accepted: false, reason: 'not_needed' };
    const before = this.load(nowMs);
    this.#polled = held(load, 'poll', nowMs);
    return { accepted: true, changed: isChange(before, load) };
  }

  /** What is believed now. */
  load(nowMs: number): RouterLoad | undefined {
    return this.#held(nowMs)?.load;
  }

  /** What is believed now, how it came, and how long it is still believed. */
  describe(nowMs: number): BelievedLoad {
    const found = this.#held(nowMs);
    if (found === undefined) return NOTHING;
    const { status, effectiveStatus, credit, epoch, seq } = found.load;
    const believedForMs = found.untilMs - nowMs;
    const { source } = found;
    return { status, effectiveStatus, source, believedForMs, routerCredit: credit, epoch, seq };
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
    const newest = this.#pushed.load;
    if (newest.epoch !== undefined && load.epoch !== undefined) {
      return objectionOfOrder(load, newest, newest.epoch);
    }
    if (newest.epoch !== undefined) {
      // Without an epoch it is a router that knows only the contract: believed when nobody else is heard.
      return this.arePushesLost(nowMs) ? undefined : 'old_epoch';
    }
    return load.epoch === undefined ? byOrder(load.atMs, newest.atMs) : undefined;
  }
}

function objectionOfOrder(
  { epoch = 0, seq = 0 }: RouterLoad,
  newest: RouterLoad,
  newestEpoch: number,
): LoadRefusal | undefined {
  if (epoch !== newestEpoch) return epoch < newestEpoch ? 'old_epoch' : undefined;
  return byOrder(seq, newest.seq ?? 0);
}

/** 0 is what cannot be put in order. */
function byOrder(said: number, newest: number): LoadRefusal | undefined {
  if (said === 0 || said > newest) return undefined;
  return said === newest ? 'replayed' : 'out_of_order';
}

function held(load: RouterLoad, source: LoadSource, nowMs: number): HeldLoad {
  const believedMs = load.ttlMs > 0 ? Math.min(load.ttlMs, MAX_TTL_MS) : 0;
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
