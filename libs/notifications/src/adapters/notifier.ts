import { gatewayNotification, type GatewayNotificationDocument } from '@beamline/contracts/core';
import type { HeardNotification } from '../core/notification-sequence.js';
import { NotificationSequence } from '../core/notification-sequence.js';
import { PushPlan } from '../core/push-plan.js';
import type { EndpointChange } from './endpoint-shelf.js';
import { NotificationChannel } from './notification-channel.js';
import {
  type NotifierOptions,
  resolveNotifierOptions,
  type ResolvedNotifierOptions,
} from './notifier-options.js';

/** How often it is looked whether this replica leads now: often enough that a dead leader is replaced at once. */
const LOOKS_PER_HEARTBEAT = 4;
const LONGEST_LOOK_MS = 100;
/** Refusals told per heartbeat at most. */
const MAX_REFUSALS = 10;

/** What was told of a subject, and when it is told again. */
interface Told {
  readonly plan: PushPlan;
  last: GatewayNotificationDocument | undefined;
  soon: NodeJS.Timeout | undefined;
}

/**
 * Tells gateways of the load of every subject while this replica leads: over NATS at every change and by heartbeat,
 * and to registered endpoints at every transition, as often as by heartbeat while something is wrong, and now and then
 * when all is well. A replica that takes the lead tells everybody everything at once.
 */
export class Notifier {
  readonly #options: ResolvedNotifierOptions;
  readonly #channel: NotificationChannel;
  readonly #sequence = new NotificationSequence();
  readonly #told = new Map<string, Told>();
  #beat: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #endRegistry: (() => void) | undefined;
  #refusals = 0;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: NotifierOptions) {
    this.#options = resolveNotifierOptions(options);
    this.#channel = new NotificationChannel(this.#options.nats, {
      heard: (heard) => this.#heard(heard),
      refused: (problem) => this.#refused(problem),
    });
  }

  /** Epoch under which this replica tells; `undefined` while another one does. */
  get epoch(): number | undefined {
    return this.#sequence.epoch;
  }

  /** Begins to tell and to listen. A second call does nothing. */
  start(): void {
    if (this.#beat !== undefined) return;
    const { heartbeatMs, registry } = this.#options;
    this.#channel.start();
    this.#endRegistry = registry.onChange((change) => this.#registryChanged(change));
    this.#beat = setInterval(() => this.#heartbeat(), heartbeatMs).unref();
    const lookMs = Math.min(heartbeatMs / LOOKS_PER_HEARTBEAT, LONGEST_LOOK_MS);
    this.#look = setInterval(() => this.#noticeLead(), lookMs).unref();
    this.#noticeLead();
  }

  /** Tells nobody anything any more. The courier is its owner's to stop. */
  stop(): void {
    clearInterval(this.#beat);
    clearInterval(this.#look);
    this.#beat = undefined;
    this.#look = undefined;
    this.#endRegistry?.();
    this.#yield();
    this.#channel.stop();
  }

  /**
   * The load of a subject, or of all, or the lead may have changed: if so, it is told soon. Cheap: may be called as
   * often as one likes.
   */
  changed(subject?: string): void {
    if (this.#beat === undefined) return;
    if (subject !== undefined && this.#sequence.epoch !== undefined) this.#tellSoon(subject);
    else if (this.#noticeLead() === 'leads')
      for (const each of this.#subjects()) this.#tellSoon(each);
  }

  #heartbeat(): void {
    this.#refusals = 0;
    if (this.#noticeLead() !== 'leads') return;
    const subjects = this.#subjects();
    this.#forgetAllBut(new Set(subjects));
    const nowMs = this.#options.clock.nowMs();
    for (const subject of subjects) {
      // Told a moment ago, or about to be.
      if (this.#toldOf(subject).plan.waitMs(nowMs) === 0) this.#tell(subject);
    }
  }

  /** @returns `took`: this replica leads from now on, and has told everything. */
  #noticeLead(): 'leads' | 'took' | 'follows' {
    const { source, nats, wall, observe } = this.#options;
    if (!source.isLeading()) {
      this.#yield();
      return 'follows';
    }
    if (this.#sequence.epoch !== undefined) return 'leads';
    // Who is cut off sees no other replica and would lead: its newer epoch would deafen gateways to the leader there is.
    if (!nats.isConnected) return 'follows';
    const epoch = this.#sequence.lead(wall.nowMs());
    observe({ type: 'lead-taken', epoch });
    for (const subject of this.#subjects()) this.#tell(subject);
    return 'took';
  }

  #yield(): void {
    const { epoch } = this.#sequence;
    if (epoch === undefined) return;
    this.#sequence.yield();
    this.#forgetAllBut(new Set());
    this.#options.observe({ type: 'lead-lost', epoch });
  }

  /** Never at once: whoever tells of a change may be in the middle of it, and more may follow. */
  #tellSoon(subject: string): void {
    const told = this.#toldOf(subject);
    if (told.soon !== undefined) return;
    const { clock } = this.#options;
    const soon = setTimeout(() => {
      told.soon = undefined;
      this.#tellNews(subject);
    }, told.plan.waitMs(clock.nowMs()));
    told.soon = soon.unref();
  }

  #tellNews(subject: string): void {
    if (this.#noticeLead() !== 'leads') return;
    if (!this.#subjects().includes(subject)) return;
    const { source } = this.#options;
    if (this.#toldOf(subject).plan.isNews(source.load(subject))) this.#tell(subject);
  }

  #tell(subject: string): void {
    const { source, clock, ttlMs, courier, registry, observe } = this.#options;
    const load = source.load(subject);
    const told = this.#toldOf(subject);
    const { isTransition, toEndpoints } = told.plan.tell(load, clock.nowMs());
    const notification = gatewayNotification(load, { ...this.#sequence.next(subject), ttlMs });
    told.last = notification;
    const { status } = notification;
    if (this.#channel.publish(notification)) {
      observe({ type: 'notification-published', subject, status, isTransition });
    } else {
      observe({ type: 'notification-unsent', subject, status });
    }
    if (!toEndpoints) return;
    for (const endpoint of registry.list()) courier.send(endpoint, notification);
  }

  /** Who comes new hears at once how things stand. */
  #registryChanged({ type, endpoint }: EndpointChange): void {
    const { courier } = this.#options;
    if (type === 'unregistered') {
      courier.forget(endpoint.endpointId);
      return;
    }
    for (const { last } of this.#told.values()) {
      if (last !== undefined) courier.send(endpoint, last);
    }
  }

  #heard(heard: HeardNotification): void {
    this.#sequence.hear(heard);
  }

  #refused(problem: string): void {
    this.#refusals += 1;
    if (this.#refusals > MAX_REFUSALS) return;
    this.#options.observe({ type: 'notification-refused', problem });
  }

  #subjects(): readonly string[] {
    return this.#options.source.subjects();
  }

  #toldOf(subject: string): Told {
    let told = this.#told.get(subject);
    if (told === undefined) {
      told = { plan: new PushPlan(this.#options), last: undefined, soon: undefined };
      this.#told.set(subject, told);
    }
    return told;
  }

  #forgetAllBut(subjects: ReadonlySet<string>): void {
    for (const [subject, { soon }] of this.#told) {
      if (subjects.has(subject)) continue;
      clearTimeout(soon);
      this.#told.delete(subject);
    }
  }
}
