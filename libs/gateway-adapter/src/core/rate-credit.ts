import type { Criticality } from '@beamline/contracts/core';
import { CreditBucket } from './credit-bucket.js';
import { type SentCount, SLICE_MS, TakenRates } from './taken-rates.js';

/** More is sent than is taken, or nobody would notice when the router can take more. */
const OVERCOMMIT = 1.1;
/** Growth per second while nothing is refused. */
const GROWTH = 1.5;
/** Growth per slice once so many requests in a row were taken while more were held back. */
const PROVEN_GROWTH = 1.5;
const PROVEN_AFTER = 20;
/** A limit that has grown so many times since the last refusal protects nobody. */
const GONE_AT = 10;
/** Requests per second that are always sent: it is how recovery is noticed. */
const MIN_PER_SECOND = 1;
/** Refusals of fewer, or of a smaller share, do not start a limit: the router takes nearly all that is sent. */
const MIN_REFUSALS = 5;
const MIN_REFUSED_SHARE = 0.2;
/** Share of the router's credit from which on a gateway limits itself before it is refused. */
const LARGE_SHARE = 0.1;
/** A pause in refusals of this length makes the router's credit no reason to send less. */
const REFUSED_LATELY_MS = 1_000;
/**
 * When the router has said for so long that it refuses nothing, while requests were refused, somebody else refuses them:
 * sending less would not make them fewer.
 */
const DENIED_AFTER_MS = 5_000;
/** When nothing that is sent is answered for so many slices, nothing shows that the router could take more. */
const SILENCE_SLICES = 8;
/** Slices that are gone through one by one; more make a limit grow beyond all measure anyway. */
const MOST_SLICES = 64;

/** What happened in a slice of time. */
type Slice = Record<'heldBack' | 'refused' | 'accepted', number>;

/**
 * Sends the router about as much as it takes: 1.1 times the best rate of the last second while it refuses, more and more
 * while it does not, and no limit once that has grown tenfold. The answers tell it; what the router says of itself
 * only makes it begin earlier. A rate and not a probability, so that it holds nobody back any more when callers come less.
 */
export class RateCredit {
  readonly #taken = new TakenRates();
  readonly #bucket = new CreditBucket();
  readonly #changed: (change: 'started' | 'ended') => void;
  #limit = Infinity;
  /** The limit at the last refusal. */
  #base = Infinity;
  #lastRefusalMs = -Infinity;
  /** What the router says it takes from all gateways together; `null`: it refuses nothing; `undefined`: not known. */
  #credit: number | null | undefined;
  /** Whether the router was found to take far more than that. */
  #isOutgrown = false;
  /** Since when requests are refused without the router telling of it. */
  #untoldSinceMs = 0;
  /** Whether that has lasted too long to believe that it is the router. */
  #isDenied = false;
  #slice: Slice = { heldBack: 0, refused: 0, accepted: 0 };
  /** Requests accepted since the last refusal. */
  #streak = 0;

  /** `changed`: told when a limit starts and ends. */
  constructor(changed: (change: 'started' | 'ended') => void) {
    this.#changed = changed;
  }

  /** Requests per second; `undefined`: no limit. */
  get limitPerSecond(): number | undefined {
    return this.#limit === Infinity ? undefined : this.#limit;
  }

  /** What the router takes from this gateway, in requests per second, as far as it is known; at least 1. */
  get takenPerSecond(): number {
    // Right after the start much is answered at once that had waited; but no gateway gets more than there is.
    return Math.max(MIN_PER_SECOND, Math.min(this.#seenTaken(), this.#credit || Infinity));
  }

  #seenTaken(): number {
    const answered = this.#taken.meanAccepted();
    if (answered > 0) return answered;
    // Right after the start nothing is answered yet.
    const taken = this.#taken.best(Infinity) ?? 0;
    const limited = this.#limit === Infinity ? 0 : this.#limit / OVERCOMMIT;
    return limited || taken;
  }

  /** Whether a request of a class may be sent now. If so, it counts as sent. */
  trySend(criticality: Criticality, nowMs: number): boolean {
    if (this.#isBeyondCredit()) this.#begin(this.#most(), nowMs);
    if (this.#limit !== Infinity && !this.#bucket.tryTake(criticality, nowMs)) {
      this.#slice.heldBack += 1;
      return false;
    }
    this.#taken.send();
    return true;
  }

  accept(): void {
    this.#taken.accept();
    this.#slice.accepted += 1;
    this.#streak += 1;
  }

  /**
   * Takes an ending, of a request sent `agoMs` ago, that tells nothing of load. It counts as taken, or the limit would shrink
   * by the share of such; and not as sent, or they would hide that the others are refused.
   */
  ignore(agoMs: number, nowMs: number): void {
    this.#taken.unsend(agoMs, nowMs);
    this.#taken.accept();
  }

  /** Takes back what {@link trySend} counted as sent `agoMs` ago: it was not. */
  giveBack(agoMs: number, nowMs: number): void {
    this.#taken.unsend(agoMs, nowMs);
    if (this.#limit !== Infinity) this.#bucket.giveBack();
  }

  /** Takes a refusal of a request that was sent `agoMs` ago. */
  refuse(agoMs: number, nowMs: number): void {
    if (nowMs - this.#lastRefusalMs >= DENIED_AFTER_MS) this.#beginUntold(nowMs);
    this.#lastRefusalMs = nowMs;
    if (this.#isDenied) return;
    this.#taken.refuse(agoMs, nowMs);
    this.#slice.refused += 1;
    this.#streak = 0;
    if (this.#limit === Infinity && this.#isRefusing()) this.#start(nowMs);
  }

  /**
   * Takes what the router says it takes, from all gateways together; `null`: it refuses nothing; `undefined`: not known.
   * Who sends a large share of it and does not limit itself yet begins at once, without being refused first.
   */
  hearCredit(credit: number | null | undefined, nowMs: number): void {
    this.#hearDenial(credit, nowMs);
    const isNews = typeof this.#credit !== 'number';
    if (isNews) this.#isOutgrown = false;
    this.#credit = credit === null || isRate(credit) ? credit : undefined;
    if (!isRate(credit)) return;
    if (this.#limit !== Infinity) {
      if (nowMs - this.#lastRefusalMs < REFUSED_LATELY_MS && this.#limit > this.#most()) {
        this.#setLimit(this.#most(), nowMs);
      }
    } else if (isNews && this.#offered(nowMs) >= LARGE_SHARE * credit) {
      this.#start(nowMs);
    }
  }

  /** Ends the slices that are over. To be called before everything else. */
  advance(nowMs: number): void {
    if (nowMs - this.#taken.startMs >= (MOST_SLICES + 1) * SLICE_MS) {
      this.#taken.restart(nowMs - MOST_SLICES * SLICE_MS);
    }
    // Who is told of a change may ask at once, and come by here before this is over.
    while (nowMs - this.#taken.startMs >= SLICE_MS) {
      const over = this.#slice;
      this.#slice = { heldBack: 0, refused: 0, accepted: 0 };
      this.#taken.turn();
      if (this.#limit !== Infinity) this.#judge(over, this.#taken.startMs);
    }
  }

  #judge({ refused, accepted, heldBack }: Slice, nowMs: number): void {
    if (refused > 0) {
      // Who is held back by nothing shows only what its callers want, not what the router takes.
      if (heldBack > 0 || this.#isRefusing()) this.#meet(nowMs);
      return;
    }
    if (this.#taken.isUnanswered(SILENCE_SLICES)) return;
    const isWanted = accepted > 0 && heldBack > 0;
    const isProven = isWanted && (this.#streak >= PROVEN_AFTER || this.#credit === null);
    const grown = this.#limit * (isProven ? PROVEN_GROWTH : GROWTH ** (SLICE_MS / 1000));
    this.#setLimit(Math.max(grown, OVERCOMMIT * this.#taken.bestAccepted(this.#limit)), nowMs);
    if (this.#limit > GONE_AT * this.#base) this.#end();
  }

  /** Sets the limit by what is taken now. */
  #meet(nowMs: number): void {
    const best = this.#taken.best(this.#limit);
    if (best === undefined) return;
    this.#setLimit(Math.min(OVERCOMMIT * best, this.#most()), nowMs);
    this.#base = this.#limit;
  }

  #start(nowMs: number): void {
    const best = this.#taken.best(Infinity) ?? this.#taken.current(nowMs);
    const least = LARGE_SHARE * (this.#credit ?? 0);
    // Whoever has just begun to send cannot know yet.
    if (best === undefined && least === 0) return;
    this.#begin(Math.min(OVERCOMMIT * Math.max(best ?? 0, least), this.#most()), nowMs);
  }

  #begin(perSecond: number, nowMs: number): void {
    this.#limit = this.#base = Math.max(MIN_PER_SECOND, perSecond);
    this.#bucket.start(this.#limit, nowMs);
    // What was taken before filled a queue: only from now on it shows what the router keeps up with.
    this.#taken.restart(nowMs);
    this.#slice = { heldBack: 0, refused: 0, accepted: 0 };
    this.#changed('started');
  }

  #end(): void {
    this.#limit = this.#base = Infinity;
    this.#isOutgrown = true;
    this.#changed('ended');
  }

  #setLimit(perSecond: number, nowMs: number): void {
    this.#limit = Math.max(MIN_PER_SECOND, perSecond);
    this.#bucket.setRate(this.#limit, nowMs);
  }

  /** No gateway gets more than there is. */
  #most(): number {
    return typeof this.#credit === 'number' ? OVERCOMMIT * this.#credit : Infinity;
  }

  #offered(nowMs: number): number {
    return Math.max(this.#taken.best(Infinity) ?? 0, this.#taken.current(nowMs) ?? 0);
  }

  /** Whether this gateway alone sends more than the router takes of all, although it was idle when it heard what that is. */
  #isBeyondCredit(): boolean {
    if (this.#limit !== Infinity || this.#isOutgrown || typeof this.#credit !== 'number') {
      return false;
    }
    return this.#taken.recent(1).sent >= MIN_REFUSALS + (this.#most() * 2 * SLICE_MS) / 1000;
  }

  #hearDenial(credit: number | null | undefined, nowMs: number): void {
    if (credit !== null) return this.#beginUntold(nowMs);
    const isRefused = nowMs - this.#lastRefusalMs < DENIED_AFTER_MS;
    this.#isDenied = isRefused && nowMs - this.#untoldSinceMs >= DENIED_AFTER_MS;
  }

  #beginUntold(nowMs: number): void {
    this.#untoldSinceMs = nowMs;
    this.#isDenied = false;
  }

  /** Whether a part of what is sent is refused that cannot be chance. */
  #isRefusing(): boolean {
    return isMuch(this.#taken.recent(1)) || isMuch(this.#taken.recent(Infinity));
  }
}

function isMuch({ sent, refused }: SentCount): boolean {
  return refused >= MIN_REFUSALS && refused >= MIN_REFUSED_SHARE * sent;
}

function isRate(credit: number | null | undefined): credit is number {
  return typeof credit === 'number' && credit >= 0 && credit < Infinity;
}
