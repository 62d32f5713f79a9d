import type { Criticality } from '@beamline/contracts/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import { ComeBack } from './come-back.js';
import { ForwardTime } from './forward-time.js';
import type {
  GatewayAdmissionOptions,
  GatewayMode,
  GatewayRefused,
  GatewayRequest,
  GatewayVerdict,
  GatewayView,
  SettledAbout,
  SettleOutcome,
} from './gateway-admission-types.js';
import type { GatewayRefusalReason } from './gateway-refusal-reason.js';
import type { GatewayLoadEvent } from './gateway.events.js';
import { inRange, oneOf } from './in-range.js';
import { LoadView } from './load-view.js';
import { RateCredit } from './rate-credit.js';
import { RetryBudget } from './retry-budget.js';
import { isInSlot } from './retry-slot.js';
import { type BreakerChange, RouterBreaker } from './router-breaker.js';
import type { Heard, LoadSource, RouterLoad } from './router-load.js';
import { SreThrottle } from './sre-throttle.js';

export type { SettleOutcome } from './gateway-admission-types.js';

const ADMITTED: GatewayVerdict = Object.freeze({ admitted: true });
/** Default of {@link GatewayAdmissionOptions.maxRetryAfterMs}. */
const MAX_RETRY_AFTER_MS = 300_000;
/** The contract's time to come back, for a router that is `active` and names none. */
const CONTRACT_RETRY_AFTER_MS = 30_000;
const BACKGROUND_SHARE = 0.5;
/** What a repeat is told that is not sent: its caller is told what the first answer says. */
const DENIED_RETRY_AFTER_MS = 1_000;

/**
 * Lets requests for one subject of the router through a gateway, or refuses them there, before they cost the router
 * anything. It learns from the answers to what it lets through and from what the router says of its load. It needs no
 * timers: whatever is due is done inside the next call. All times are readings of one clock, monotonic if possible;
 * a worse one does no harm.
 */
export class GatewayAdmission {
  readonly #mode: GatewayMode;
  readonly #backgroundShare: number;
  readonly #random: () => number;
  readonly #observe: Observer<GatewayLoadEvent>;
  readonly #time = new ForwardTime();
  readonly #view = new LoadView();
  readonly #credit: RateCredit;
  readonly #throttle: SreThrottle;
  readonly #breaker = new RouterBreaker();
  readonly #budget: RetryBudget;
  readonly #comeBack: ComeBack;
  #hasPushes = false;

  /** `random`: uniform in [0, 1). @throws RangeError when an option is out of range. */
  constructor(options: GatewayAdmissionOptions = {}, random: () => number) {
    const { mode = 'credit', backgroundShare = BACKGROUND_SHARE } = options;
    const { maxRetryAfterMs = MAX_RETRY_AFTER_MS } = options;
    this.#mode = oneOf('GatewayAdmission mode', mode, ['credit', 'contract']);
    this.#backgroundShare = inRange('GatewayAdmission backgroundShare', backgroundShare, 0, 1);
    this.#random = random;
    this.#observe = options.observe ?? ignoreEvents;
    this.#credit = new RateCredit((change) => this.#noteLimit(change));
    this.#throttle = new SreThrottle(random);
    this.#budget = new RetryBudget(options);
    const capMs = inRange('GatewayAdmission maxRetryAfterMs', maxRetryAfterMs, 1);
    this.#comeBack = new ComeBack(capMs, random);
  }

  /** Decides at once. Whoever is admitted must be settled. */
  admit(request: GatewayRequest, nowMs: number): GatewayVerdict {
    const atMs = this.#advance(nowMs);
    const { criticality } = request;
    const isRepeat = (request.attempt ?? 0) > 0;
    const isCharged = isRepeat && !isInSlot(request.slotAtMs, nowMs);
    const reason = this.#objection(criticality, isCharged, atMs);
    if (reason !== undefined && isRepeat) return this.#deny(criticality, reason, atMs);
    this.#comeBack.note(atMs);
    if (reason !== undefined) return this.#refuse(criticality, reason, atMs);
    this.#budget.note(isCharged, atMs);
    return ADMITTED;
  }

  /** The refusal for everybody while the reported status is `active`, whatever the mode; `undefined` while it is not. Spends nothing. */
  refusalWhileActive(criticality: Criticality, nowMs: number): GatewayRefused | undefined {
    const atMs = this.#advance(nowMs);
    const isActive = this.#view.load(atMs)?.status === 'active';
    return isActive ? this.#refuse(criticality, 'active', atMs) : undefined;
  }

  /** Tells how an admitted request ended. */
  settle(outcome: SettleOutcome, nowMs: number, about?: SettledAbout): void {
    const atMs = this.#advance(nowMs);
    if (outcome === 'ignored' || outcome === 'unsent') {
      return this.#setAside(outcome === 'unsent', agoOf(about, nowMs), atMs);
    }
    const isAccepted = outcome === 'accepted';
    const isLimiting = this.#mode === 'credit';
    if (isLimiting && isAccepted) this.#credit.accept();
    if (isLimiting && outcome === 'refused') this.#credit.refuse(agoOf(about, nowMs), atMs);
    // A refusal is an answer: the limit sees to those, where there is one.
    if (outcome !== 'refused' || !isLimiting) this.#throttle.settle(isAccepted, atMs);
    this.#noteBreaker(this.#breaker.settle(isAccepted));
  }

  /** Takes an ending that tells nothing of the router. */
  #setAside(isUnsent: boolean, agoMs: number, nowMs: number): void {
    this.#breaker.forget();
    if (this.#mode === 'contract') return;
    if (isUnsent) this.#credit.giveBack(agoMs, nowMs);
    else this.#credit.ignore(agoMs, nowMs);
  }

  /** Takes a load that was pushed. `source`: how; default `push`. */
  hear(load: RouterLoad, nowMs: number, source: Exclude<LoadSource, 'poll'> = 'push'): Heard {
    const atMs = this.#advance(nowMs);
    const heard = this.#view.hear(load, source, atMs);
    this.#noteHeard(heard, load, source);
    if (!heard.accepted) return heard;
    if (!this.#hasPushes && !this.#view.arePushesLost(atMs)) {
      this.#hasPushes = true;
      this.#observe({ type: 'pushes-heard' });
    }
    this.#noteBreaker(this.#breaker.reset());
    this.#hearCredit(load, atMs);
    return heard;
  }

  /** Takes the answer to a poll; `undefined`: none came. */
  polled(load: RouterLoad | undefined, nowMs: number): void {
    const atMs = this.#advance(nowMs);
    if (load === undefined) return;
    const heard = this.#view.poll(load, atMs);
    this.#noteHeard(heard, load, 'poll');
    if (!heard.accepted) return;
    this.#noteBreaker(this.#breaker.polled(this.#countsAsActive(load), atMs));
    this.#hearCredit(load, atMs);
  }

  /** What is known and done now. */
  view(nowMs: number): GatewayView {
    const atMs = this.#advance(nowMs);
    const pushesLost = this.#view.arePushesLost(atMs);
    return {
      ...this.#view.describe(atMs),
      mode: this.#mode,
      pushesLost,
      limitPerSecond: this.#credit.limitPerSecond,
      throttled: pushesLost ? this.#throttle.probability(atMs) : 0,
      breaker: this.#breaker.isOpen ? 'open' : 'closed',
      retriesLeft: this.#budget.left(atMs),
    };
  }

  /** What is first in the way of a request. The limit comes last: it gives out what nobody gives back. */
  #objection(
    criticality: Criticality,
    isCharged: boolean,
    nowMs: number,
  ): GatewayRefusalReason | undefined {
    if (isCharged && this.#budget.left(nowMs) === 0) return 'retry_budget';
    if (this.#breaker.isOpen) return this.#breaker.mayPass(nowMs) ? undefined : 'breaker';
    const reason = this.#statusObjection(criticality, this.#view.load(nowMs));
    if (reason !== undefined) return reason;
    if (this.#view.arePushesLost(nowMs) && !this.#throttle.mayPass(nowMs)) return 'throttle';
    return this.#mode === 'contract' || this.#credit.trySend(criticality, nowMs)
      ? undefined
      : 'credit';
  }

  #statusObjection(
    criticality: Criticality,
    load: RouterLoad | undefined,
  ): GatewayRefusalReason | undefined {
    if (load === undefined) return undefined;
    if (this.#mode === 'contract' && load.status === 'active') return 'active';
    return criticality === 'sheddable' && this.#isInTheWay(load) ? 'background' : undefined;
  }

  /** Background work goes first. Where a credit is known, the limit's reserves see to that. */
  #isInTheWay(load: RouterLoad): boolean {
    if (typeof load.credit === 'number') return false;
    if (load.status === 'active') return true;
    return load.status === 'warning' && this.#random() >= this.#backgroundShare;
  }

  /** A router that tells its credit sheds what is too much by itself: keeping everything from it would serve nobody. */
  #countsAsActive({ status, credit }: RouterLoad): boolean | undefined {
    if (status === 'unknown') return undefined;
    return status === 'active' && (this.#mode === 'contract' || credit === undefined);
  }

  /** A repeat that is not sent keeps nobody away: it has its answer, and no one comes back for it. */
  #deny(criticality: Criticality, reason: GatewayRefusalReason, nowMs: number): GatewayRefused {
    this.#observe({ type: 'retry-denied', reason, criticality });
    const status = this.#view.load(nowMs)?.effectiveStatus ?? 'unknown';
    const retryAfterMs = DENIED_RETRY_AFTER_MS;
    return { admitted: false, reason, status, retryAfterMs, retryable: false };
  }

  #refuse(criticality: Criticality, reason: GatewayRefusalReason, nowMs: number): GatewayRefused {
    const load = this.#view.load(nowMs);
    const status = load?.effectiveStatus ?? 'unknown';
    this.#observe({ type: 'request-refused', reason, criticality });
    if (reason === 'active') {
      const retryAfterMs = load?.retryAfterMs || CONTRACT_RETRY_AFTER_MS;
      return { admitted: false, reason, status, retryAfterMs, retryable: true };
    }
    const perSecond = this.#credit.takenPerSecond;
    return {
      admitted: false,
      reason,
      status,
      ...this.#comeBack.appoint(criticality, perSecond, nowMs),
    };
  }

  #advance(readMs: number): number {
    const nowMs = this.#time.at(readMs);
    if (this.#hasPushes && this.#view.arePushesLost(nowMs)) {
      this.#hasPushes = false;
      this.#observe({ type: 'pushes-lost' });
    }
    if (this.#view.load(nowMs) === undefined) this.#credit.hearCredit(undefined, nowMs);
    this.#noteBreaker(this.#breaker.advance(nowMs));
    this.#credit.advance(nowMs);
    return nowMs;
  }

  #hearCredit({ credit }: RouterLoad, nowMs: number): void {
    if (this.#mode === 'credit') this.#credit.hearCredit(credit, nowMs);
  }

  #noteHeard(heard: Heard, load: RouterLoad, source: LoadSource): void {
    if (!heard.accepted) {
      this.#observe({ type: 'load-refused', source, reason: heard.reason });
      return;
    }
    const { status, effectiveStatus } = load;
    this.#observe({ type: 'load-heard', source, status, effectiveStatus, changed: heard.changed });
  }

  #noteLimit(change: 'started' | 'ended'): void {
    if (change === 'ended') return this.#observe({ type: 'limit-ended' });
    this.#observe({ type: 'limit-started', perSecond: this.#credit.limitPerSecond ?? 0 });
  }

  #noteBreaker(change: BreakerChange): void {
    if (change === undefined) return;
    if (change === 'opened') return this.#observe({ type: 'breaker-opened' });
    this.#observe({ type: 'breaker-closed', reason: change });
  }
}

function agoOf(about: SettledAbout | undefined, nowMs: number): number {
  const admittedAtMs = about?.admittedAtMs;
  if (admittedAtMs === undefined) return 0;
  const agoMs = nowMs - admittedAtMs;
  return agoMs > 0 ? agoMs : 0;
}
