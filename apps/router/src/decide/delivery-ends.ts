import { HEADERS, type RouterFailure } from '@beamline/contracts/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import { type IntakeEvent, type NakReason, nextDelivery } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { GivenUp } from './dead-letter.js';
import { DeadLetters } from './dead-letters.js';
import type { RequestIds } from './intake-replies.js';

/** How often and when a durable request is tried again. */
export interface RedeliverySettings {
  /** Deliveries after which a request is dead-lettered. Default 5. */
  readonly maxDeliver: number;
  /** Waiting times by delivery, the last one repeats, in milliseconds. Default 1000, 5000, 15000. */
  readonly backoffMs: readonly number[];
  /** Share of the waiting time that is random, in percent. Default 20. */
  readonly jitterPercent: number;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** `dead_lettered`: the letter is stored, and the message waits to be answered and acknowledged. */
export type GivenUpOrRetried = 'dead_lettered' | 'retried';

/** The ways a delivery ends: acknowledged, handed back for later, or given up as a dead letter. */
export class DeliveryEnds {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly redelivery: RedeliverySettings,
    private readonly observe: Observer<IntakeEvent>,
    /** Deliveries of a message that were none of its own fault, and do not count. Default: none. */
    private readonly forgiven: (message: InboundJetStreamMessage) => number = () => 0,
  ) {}

  /** Whether the message was delivered more often than any handler that ends would have let it. */
  hadTooMany(message: InboundJetStreamMessage): boolean {
    return this.#attemptOf(message) > this.redelivery.maxDeliver;
  }

  acknowledge(message: InboundJetStreamMessage): void {
    message.ack();
    this.observe({ type: 'acked' });
  }

  /** Stores the dead letter. @returns `'retried'` when it could not be stored: then the message was handed back instead. */
  async deadLetter(
    message: InboundJetStreamMessage,
    ids: RequestIds,
    failure: RouterFailure,
  ): Promise<GivenUpOrRetried> {
    const letter = givenUpOf(message, ids, 'validation_failed', failure);
    if (await this.deadLetters.publish(letter)) return 'dead_lettered';
    return this.handBack(message, ids, 'publish_error');
  }

  /** Hands the message back for a later delivery, or gives it up when it has had them all. */
  async handBack(
    message: InboundJetStreamMessage,
    ids: RequestIds,
    reason: NakReason,
  ): Promise<GivenUpOrRetried> {
    const next = nextDelivery({ attempt: this.#attemptOf(message), ...this.redelivery });
    if (next.kind === 'exhausted') return this.exhaust(message, ids);
    this.#nak(message, next.delayMs, reason);
    return 'retried';
  }

  /** Gives the message up. While not even the dead letter can be stored, the stream keeps the message: waiting loses nothing. */
  async exhaust(message: InboundJetStreamMessage, ids: RequestIds): Promise<GivenUpOrRetried> {
    this.observe({ type: 'max-deliver-exhausted', subject: message.subject });
    const letter = givenUpOf(message, ids, 'maxdeliver_exhausted', undefined);
    if (await this.deadLetters.publish(letter)) return 'dead_lettered';
    this.#nak(message, this.redelivery.backoffMs.at(-1) ?? 0, 'maxdeliver_exhausted');
    return 'retried';
  }

  #attemptOf(message: InboundJetStreamMessage): number {
    return message.deliveryCount - this.forgiven(message);
  }

  #nak(message: InboundJetStreamMessage, delayMs: number, reason: NakReason): void {
    message.nak(delayMs);
    this.observe({ type: 'naked', reason, delayMs });
  }
}

function givenUpOf(
  message: InboundJetStreamMessage,
  ids: RequestIds,
  reason: GivenUp['reason'],
  failure: RouterFailure | undefined,
): GivenUp {
  return {
    subject: message.subject,
    msgId: message.headers.get(HEADERS.msgId) || String(message.streamSequence),
    // A sequence starts again when its stream is made anew; the time it was stored does not.
    dedupId: `${message.streamSequence}-${message.timestampMs}`,
    data: message.data,
    receivedAtMs: message.timestampMs,
    traceId: ids.traceId,
    tenantId: ids.tenantId,
    reason,
    failure,
  };
}
