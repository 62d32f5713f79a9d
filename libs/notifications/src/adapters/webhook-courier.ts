import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import { type Delivery, DeliveryLog } from '../core/delivery-log.js';
import { type AttemptResult, isWorthRetrying, pauseMs } from '../core/delivery-plan.js';
import type { GatewayEndpoint } from '../core/endpoint.js';
import { isConfidential } from '../core/endpoint-rules.js';
import { Turns } from '../core/turns.js';
import { DeliveryBook } from './delivery-book.js';
import type { EndpointGuard } from './endpoint-guard.js';
import type { NotificationCourier } from './notification-courier.js';
import {
  type CourierLimits,
  courierLimits,
  type CourierWorld,
  courierWorld,
  type WebhookCourierOptions,
} from './webhook-courier-options.js';
import { failedAttempt } from './webhook-failure.js';
import { WebhookLane, type WebhookParcel } from './webhook-lane.js';
import { type WebhookLetter, WebhookSigner } from './webhook-signer.js';
import { guardedTransport, type WebhookTransport } from './webhook-transport.js';

type FailedAttempt = Extract<AttemptResult, { readonly kind: 'failed' }>;

/**
 * Brings notifications to endpoints as signed webhooks. Each endpoint has one attempt under way at most, and of what
 * waits for it only the newest of each subject counts. Endpoints that failed last share half of the places, so that
 * those that hang do not hold up the others. A notification is tried until it arrived, was superseded, had its attempts or
 * is as old as its `ttl_ms`: a later one would be believed as if it were new.
 */
export class WebhookCourier implements NotificationCourier {
  readonly #guard: EndpointGuard;
  readonly #limits: CourierLimits;
  readonly #world: CourierWorld;
  readonly #signer: WebhookSigner;
  readonly #transport: WebhookTransport;
  readonly #book: DeliveryBook;
  readonly #turns: Turns<WebhookLane>;
  readonly #lanes = new Map<string, WebhookLane>();
  readonly #underWay = new Set<Promise<void>>();
  /** One notification goes to many endpoints: it is written down and signed once. */
  readonly #letters = new WeakMap<GatewayNotificationDocument, WebhookLetter>();
  #stopped: Promise<void> | undefined;

  /** @throws RangeError when an option is out of its range, and the WebhookSecretError among them for a secret. */
  constructor(options: WebhookCourierOptions) {
    this.#guard = options.guard;
    this.#limits = courierLimits(options);
    this.#world = courierWorld(options);
    this.#signer = new WebhookSigner(options);
    this.#transport = guardedTransport(options, this.#limits.timeoutMs);
    const log = new DeliveryLog({ endpoints: this.#limits.maxEndpoints });
    this.#book = new DeliveryBook(log, this.#world);
    this.#turns = new Turns(this.#limits.maxConcurrent);
  }

  send(endpoint: GatewayEndpoint, notification: GatewayNotificationDocument): void {
    if (this.#stopped !== undefined) return;
    const { endpointId } = endpoint;
    const parcel = this.#parcel(notification);
    const lane = this.#laneOf(endpoint);
    if (lane === undefined || parcel.letter.body.byteLength > this.#limits.maxBodyBytes) {
      this.#book.failed(endpointId, parcel, this.#notTaken(lane));
      return;
    }
    const { superseded, crowded } = lane.waiting.put(parcel);
    if (superseded !== undefined) this.#book.superseded(endpointId, superseded);
    if (crowded !== undefined) this.#book.expired(endpointId, crowded, 'too many subjects wait');
    this.#wake(lane);
  }

  forget(endpointId: string): void {
    this.#book.forget(endpointId);
    const lane = this.#lanes.get(endpointId);
    if (lane === undefined) return;
    this.#lanes.delete(endpointId);
    lane.close();
    this.#turns.done(lane);
    this.#runTurns();
  }

  deliveries(endpointId: string): readonly Delivery[] {
    return this.#book.of(endpointId);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const lane of this.#lanes.values()) lane.hush();
    const ended = Promise.all(this.#underWay);
    const patience = new AbortController();
    const waited = sleep(this.#limits.stopWithinMs, undefined, { signal: patience.signal });
    await Promise.race([ended, waited]);
    patience.abort();
    await waited.catch(() => undefined);
    for (const lane of this.#lanes.values()) lane.close();
    await ended;
    this.#transport.close();
  }

  /** Sees to it that an endpoint gets a turn as soon as it has rested. */
  #wake(lane: WebhookLane): void {
    if (this.#stopped !== undefined) return;
    const restMs = lane.restsUntilMs - this.#world.clock.nowMs();
    if (restMs > 0) {
      lane.wakeIn(restMs, () => this.#wake(lane));
      return;
    }
    this.#turns.ask(lane, lane.failures > 0);
    this.#runTurns();
  }

  #runTurns(): void {
    if (this.#stopped !== undefined) return;
    for (let lane = this.#turns.next(); lane !== undefined; lane = this.#turns.next()) {
      const turn = this.#serve(lane);
      this.#underWay.add(turn);
      void turn.finally(() => this.#underWay.delete(turn));
    }
  }

  /** One turn of an endpoint: one attempt, or none where nothing that waits is worth one. */
  async #serve(lane: WebhookLane): Promise<void> {
    const { next, expired } = lane.waiting.take(this.#world.clock.nowMs());
    for (const parcel of expired) {
      this.#book.expired(lane.endpoint.endpointId, parcel, 'waited for too long');
    }
    if (next === undefined) {
      this.#turns.done(lane);
      return;
    }
    await this.#try(lane, this.#begun(next));
    this.#turns.done(lane);
    if (!lane.isClosed && !lane.waiting.isEmpty) this.#wake(lane);
    this.#runTurns();
  }

  async #try(lane: WebhookLane, parcel: WebhookParcel): Promise<void> {
    const result = await this.#attempt(lane, parcel);
    // Forgotten or cut off in the meantime: how it ended says nothing about the endpoint.
    if (lane.isClosed) return;
    const { endpointId } = lane.endpoint;
    if (result.kind === 'accepted') {
      lane.failures = 0;
      this.#book.delivered(endpointId, parcel, result.httpStatus);
      return;
    }
    const pause = this.#rest(lane, result);
    const failed = { ...parcel, httpStatus: result.httpStatus };
    if (lane.waiting.hasNewer(parcel.subject)) this.#book.superseded(endpointId, failed);
    else if (result.isRetryable && this.#isWorthRetrying(parcel, pause))
      lane.waiting.putBack(failed);
    else this.#book.failed(endpointId, failed, result);
  }

  async #attempt(lane: WebhookLane, parcel: WebhookParcel): Promise<AttemptResult> {
    // What may be called can have changed since the endpoint was registered.
    const check = this.#guard.check(lane.endpoint.endpoint);
    if (!check.ok) return failedAttempt('refused_address', check.problem);
    return this.#transport.post({
      url: check.url,
      headers: {
        ...parcel.letter.headersAt(this.#world.wall.nowMs()),
        ...(isConfidential(check.url) && this.#signer.authorization),
      },
      body: parcel.letter.body,
      attempt: parcel.attempts,
      signal: lane.signal,
    });
  }

  #rest(lane: WebhookLane, { retryAfterMs }: FailedAttempt): number {
    lane.failures += 1;
    const pause = pauseMs(lane.failures, retryAfterMs, this.#limits, this.#world.random);
    lane.restsUntilMs = this.#world.clock.nowMs() + pause;
    return pause;
  }

  #isWorthRetrying({ attempts, ttlMs, handedOverMs }: WebhookParcel, pause: number): boolean {
    const ageMs = this.#world.clock.nowMs() - handedOverMs;
    return isWorthRetrying({ attempts, ageMs, ttlMs }, pause, this.#limits);
  }

  #parcel(notification: GatewayNotificationDocument): WebhookParcel {
    const letter = this.#letters.get(notification) ?? this.#signer.letter(notification);
    this.#letters.set(notification, letter);
    return {
      subject: notification.subject,
      notification,
      letter,
      handedOverMs: this.#world.clock.nowMs(),
      ttlMs: notification.ttl_ms,
      attempts: 0,
      started: undefined,
      httpStatus: undefined,
    };
  }

  #begun(parcel: WebhookParcel): WebhookParcel {
    const { clock, wall } = this.#world;
    const started = parcel.started ?? { atMs: wall.nowMs(), clockMs: clock.nowMs() };
    return { ...parcel, started, attempts: parcel.attempts + 1 };
  }

  #laneOf(endpoint: GatewayEndpoint): WebhookLane | undefined {
    const known = this.#lanes.get(endpoint.endpointId);
    if (known !== undefined) return known;
    const { maxEndpoints, maxSubjects } = this.#limits;
    if (this.#lanes.size >= maxEndpoints) return undefined;
    const lane = new WebhookLane(endpoint, maxSubjects);
    this.#lanes.set(endpoint.endpointId, lane);
    return lane;
  }

  #notTaken(lane: WebhookLane | undefined): FailedAttempt {
    const { maxBodyBytes, maxEndpoints } = this.#limits;
    if (lane !== undefined) return failedAttempt('too_large', `more than ${maxBodyBytes} bytes`);
    return failedAttempt('unknown', `more than ${maxEndpoints} endpoints are served`);
  }
}
