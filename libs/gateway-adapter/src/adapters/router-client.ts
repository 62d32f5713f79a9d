import { SUBJECTS } from '@beamline/contracts/core';
import { ignoreEvents, monotonicClock, type Clock, type Observer } from '@beamline/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { GatewayEvent, RouterOperation } from '../core/gateway.events.js';
import { inRange } from '../core/in-range.js';
import { readReply, type RouterAnswer, type RouterUnavailable } from '../core/router-answer.js';
import type { NatsSource } from './nats-source.js';
import { type InboxReply, ReplyInbox } from './reply-inbox.js';
import { patienceOf, type RouterCall, toHeaders } from './router-call.js';

/** How the client asks the router. */
export interface RouterClientOptions {
  /** Default `beamline.router.v1.decide`. */
  readonly decideSubject?: string;
  /** Default `beamline.router.v1.get_decision`. */
  readonly getDecisionSubject?: string;
  /** How long the router may take, in milliseconds, unless the call says otherwise. Default 5 000. Must be ≥ 1. */
  readonly timeoutMs?: number;
  /** Requests that may wait for an answer at one time; the next one is refused at once. Default 1 000. Must be ≥ 1. */
  readonly maxInFlight?: number;
  /** Longest answer that is accepted, in bytes. Default 1 048 576. Must be ≥ 1. */
  readonly maxReplyBytes?: number;
  readonly clock?: Clock;
}

const encoder = new TextEncoder();

/** Asks the router over NATS request/reply. Every expected failure is an answer; nothing is queued or retried. */
export class RouterClient {
  readonly #options: Required<RouterClientOptions>;
  readonly #idle: (() => void)[] = [];
  #inbox: { readonly of: NatsConnection; readonly inbox: ReplyInbox } | undefined;
  #inFlight = 0;
  #closed = false;

  /** @throws RangeError when an option is out of range. */
  constructor(
    private readonly source: NatsSource,
    options: RouterClientOptions = {},
    private readonly observe: Observer<GatewayEvent> = ignoreEvents,
  ) {
    this.#options = {
      decideSubject: options.decideSubject ?? SUBJECTS.decide,
      getDecisionSubject: options.getDecisionSubject ?? SUBJECTS.getDecision,
      timeoutMs: inRange('RouterClient timeoutMs', options.timeoutMs ?? 5000, 1),
      maxInFlight: inRange('RouterClient maxInFlight', options.maxInFlight ?? 1000, 1),
      maxReplyBytes: inRange('RouterClient maxReplyBytes', options.maxReplyBytes ?? 1_048_576, 1),
      clock: options.clock ?? monotonicClock,
    };
  }

  /** Requests that wait for an answer now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Asks for a decision. `request` is a DecideRequest, as an object or as the bytes of its JSON, which are passed on untouched. @throws TypeError when a value of `call` cannot be a header. */
  decide(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer> {
    const payload = request instanceof Uint8Array ? request : toJson(request);
    return this.#ask('decide', payload, call);
  }

  /** Asks for a decision made earlier, by the id of its request. */
  getDecision(messageId: string, call: RouterCall): Promise<RouterAnswer> {
    const payload = toJson({ message_id: messageId, tenant_id: call.tenantId });
    return this.#ask('get_decision', payload, call);
  }

  /** Begins to listen for answers, so that it knows of a drop before the first request. Harmless when it does already. */
  listen(): void {
    if (!this.#closed) this.#currentInbox();
  }

  /** Takes no more requests and waits until those in flight are answered; each of them ends by its own timeout at the latest. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#inbox?.inbox.close();
    this.#inbox = undefined;
  }

  async #ask(
    operation: RouterOperation,
    payload: Uint8Array,
    call: RouterCall,
  ): Promise<RouterAnswer> {
    const startedMs = this.#options.clock.nowMs();
    const refusal = this.#refusal();
    const answer = refusal ?? (await this.#exchange(operation, payload, call));
    const outcome = answer.kind === 'unavailable' ? answer.reason : answer.kind;
    const durationMs = this.#options.clock.nowMs() - startedMs;
    this.observe({ type: 'router-asked', operation, outcome, durationMs });
    return answer;
  }

  #refusal(): RouterAnswer | undefined {
    if (this.#closed) return unavailable('closed');
    if (this.#inFlight >= this.#options.maxInFlight) return unavailable('in_flight_limit');
    return this.source.isConnected ? undefined : unavailable('disconnected');
  }

  async #exchange(
    operation: RouterOperation,
    payload: Uint8Array,
    call: RouterCall,
  ): Promise<RouterAnswer> {
    const inbox = this.#currentInbox();
    if (inbox === undefined) return unavailable('disconnected');
    const { decideSubject, getDecisionSubject } = this.#options;
    const timeoutMs = patienceOf(call, this.#options.timeoutMs);
    this.#inFlight += 1;
    try {
      const reply = await inbox.request({
        subject: operation === 'decide' ? decideSubject : getDecisionSubject,
        payload,
        headers: toHeaders(call, timeoutMs),
        timeoutMs,
      });
      return this.#read(reply);
    } finally {
      this.#release();
    }
  }

  #read(reply: InboxReply): RouterAnswer {
    if (!reply.ok) return unavailable(reply.reason);
    return readReply(reply.data, this.#options, reply.headers);
  }

  #release(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #currentInbox(): ReplyInbox | undefined {
    const { connection } = this.source;
    if (connection === undefined || connection.isClosed()) return undefined;
    if (this.#inbox?.of === connection && this.#inbox.inbox.usable) return this.#inbox.inbox;
    this.#inbox?.inbox.close();
    this.#inbox = undefined;
    try {
      const inbox = new ReplyInbox(connection, this.#options.clock, (sizeBytes) =>
        this.observe({ type: 'late-reply', sizeBytes }),
      );
      this.#inbox = { of: connection, inbox };
      return inbox;
    } catch {
      // It is being drained: nothing new goes over it.
      return undefined;
    }
  }
}

function toJson(value: object): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

function unavailable(reason: RouterUnavailable): RouterAnswer {
  return { kind: 'unavailable', reason };
}
