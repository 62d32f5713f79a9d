import { notificationSubjectOf, SUBJECTS } from '@beamline/contracts/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { GatewayAdmission } from '../core/gateway-admission.js';
import type { GatewayEvent, PollOutcome } from '../core/gateway.events.js';
import { inRange } from '../core/in-range.js';
import { readNotification, readStatusReply } from '../core/read-load.js';
import type { Heard, LoadSource, RouterLoad } from '../core/router-load.js';
import { parseJson } from './parse-json.js';
import type { NatsSource } from './nats-source.js';

/** How the load of the router is heard. */
export interface StatusClientOptions {
  /** Default `beamline.router.v1.status.backpressure`. */
  readonly statusSubject?: string;
  /** Time between two polls of a subject, in milliseconds. Default 5 000. Must be 100 to 10 000: the contract's most. */
  readonly pollMs?: number;
  /** How long the router may take to answer a poll, in milliseconds. Default 1 000. Must be ≥ 1. */
  readonly pollTimeoutMs?: number;
  /** Subscribe to what the router pushes. A subject is polled only while no push is believed. Default true. */
  readonly push?: boolean;
}

/** What a {@link StatusClient} stands on. */
export interface StatusClientParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe: Observer<GatewayEvent>;
}

/** Who is told of the load of a subject. */
export type LoadListener = Pick<GatewayAdmission, 'hear' | 'polled' | 'view'>;

interface Followed {
  readonly subject: string;
  readonly listener: LoadListener;
  nextPollMs: number;
  isPolling: boolean;
  /** The last poll found no connection: the next one is due as soon as there is one. */
  missedNats: boolean;
  subscription: { readonly of: NatsConnection; readonly end: Subscription } | undefined;
}

/** How often it looks whether something is due, in milliseconds. */
const TICK_MS = 100;
/** Longer notifications and answers are not read, in bytes. */
const MAX_BYTES = 65_536;
/** Polls of many gateways shall not keep step. */
const SPREAD = 0.2;

/**
 * Hears how loaded the router is: by push where pushes come, else by polling. Nothing it meets is thrown: while NATS is
 * away nothing is heard, what was heard runs out, and everything is open again. It subscribes anew on a new connection.
 */
export class StatusClient {
  readonly #followed = new Map<string, Followed>();
  readonly #options: Required<StatusClientOptions>;
  #timer: NodeJS.Timeout | undefined;

  /** @throws RangeError when an option is out of range. */
  constructor(
    private readonly source: NatsSource,
    options: StatusClientOptions,
    private readonly parts: StatusClientParts,
  ) {
    this.#options = {
      statusSubject: options.statusSubject ?? SUBJECTS.statusBackpressure,
      pollMs: inRange('StatusClient pollMs', options.pollMs ?? 5000, 100, 10_000),
      pollTimeoutMs: inRange('StatusClient pollTimeoutMs', options.pollTimeoutMs ?? 1000, 1),
      push: options.push ?? true,
    };
  }

  /** Listens for a subject, from now on or from the start. Following it again changes nothing. */
  follow(subject: string, listener: LoadListener): void {
    if (this.#followed.has(subject)) return;
    const followed: Followed = {
      subject,
      listener,
      nextPollMs: Number.NEGATIVE_INFINITY,
      isPolling: false,
      missedNats: false,
      subscription: undefined,
    };
    this.#followed.set(subject, followed);
    if (this.#timer !== undefined) this.#look(followed);
  }

  /** Harmless when started already. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#lookAtAll(), TICK_MS);
    // Hearing is no reason for a process to stay.
    this.#timer.unref();
    this.#lookAtAll();
  }

  /** Harmless when stopped already. A poll that is under way is not listened to any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const followed of this.#followed.values()) this.#unsubscribe(followed);
  }

  /** Hands on a load that came by another way; `undefined` when its subject is not followed. */
  deliver(load: RouterLoad, source: Exclude<LoadSource, 'poll'>): Heard | undefined {
    const followed = this.#followed.get(load.subject);
    return followed?.listener.hear(load, this.parts.clock.nowMs(), source);
  }

  /** The status document of a subject as the router gives it now; `undefined` when no answer could be used. */
  async ask(subject: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const reply = await this.#request(subject);
    if (!isObject(reply) || reply['success'] !== true) return undefined;
    const { data } = reply;
    return isObject(data) ? data : undefined;
  }

  /** Until the answer to the next poll is overdue. */
  get #believedMs(): number {
    const { pollMs, pollTimeoutMs } = this.#options;
    return pollMs * (1 + SPREAD / 2) + pollTimeoutMs;
  }

  #lookAtAll(): void {
    for (const followed of this.#followed.values()) this.#look(followed);
  }

  #look(followed: Followed): void {
    if (this.#options.push) this.#subscribe(followed);
    const nowMs = this.parts.clock.nowMs();
    const isBack = followed.missedNats && this.source.isConnected;
    if (followed.isPolling || (nowMs < followed.nextPollMs && !isBack)) return;
    if (!followed.listener.view(nowMs).pushesLost) return;
    followed.nextPollMs = nowMs + this.#options.pollMs * (1 + SPREAD * (this.parts.random() - 0.5));
    void this.#poll(followed, nowMs);
  }

  #subscribe(followed: Followed): void {
    const { connection } = this.source;
    if (connection === undefined || connection === followed.subscription?.of) return;
    if (connection.isClosed() || connection.isDraining()) return;
    this.#unsubscribe(followed);
    const end = connection.subscribe(notificationSubjectOf(followed.subject), {
      callback: (error, message) => {
        if (error === null) this.#push(followed, message);
      },
    });
    followed.subscription = { of: connection, end };
  }

  #unsubscribe(followed: Followed): void {
    const { subscription } = followed;
    followed.subscription = undefined;
    if (subscription !== undefined && !subscription.of.isClosed()) subscription.end.unsubscribe();
  }

  #push(followed: Followed, { data }: Msg): void {
    const parsed = data.length <= MAX_BYTES ? parseJson(data) : undefined;
    const read = parsed?.ok ? readNotification(parsed.value) : undefined;
    if (!read?.ok || read.load.subject !== followed.subject) {
      this.parts.observe({ type: 'push-unreadable' });
      return;
    }
    followed.listener.hear(read.load, this.parts.clock.nowMs(), 'push');
  }

  async #poll(followed: Followed, startedMs: number): Promise<void> {
    followed.isPolling = true;
    const wasConnected = this.source.isConnected;
    followed.missedNats = !wasConnected;
    const reply = wasConnected ? await this.#request(followed.subject) : undefined;
    followed.isPolling = false;
    if (this.#timer === undefined) return;
    const read = reply === undefined ? undefined : readStatusReply(reply, this.#believedMs);
    const load = read?.ok && read.load.subject === followed.subject ? read.load : undefined;
    const nowMs = this.parts.clock.nowMs();
    const outcome = outcomeOf(wasConnected, reply, load);
    followed.listener.polled(load, nowMs);
    this.parts.observe({ type: 'poll-answered', outcome, durationMs: nowMs - startedMs });
  }

  /** The answer to a question for a status; `undefined` when there is none. */
  async #request(subject: string): Promise<unknown> {
    const { connection } = this.source;
    if (connection === undefined || connection.isClosed()) return undefined;
    try {
      const { statusSubject, pollTimeoutMs: timeout } = this.#options;
      const { data } = await connection.request(statusSubject, JSON.stringify({ subject }), {
        timeout,
      });
      const parsed = data.length <= MAX_BYTES ? parseJson(data) : undefined;
      return parsed?.ok ? parsed.value : 'unreadable';
    } catch {
      // Nobody there, too late, or the connection went: there is no answer, and that is all that counts.
      return undefined;
    }
  }
}

function outcomeOf(wasConnected: boolean, reply: unknown, load: unknown): PollOutcome {
  if (!wasConnected) return 'disconnected';
  if (reply === undefined) return 'unanswered';
  return load === undefined ? 'unreadable' : 'heard';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
