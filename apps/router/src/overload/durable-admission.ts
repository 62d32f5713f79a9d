import type { SubjectControl } from '@beamline/backpressure';
import type { Admission, Outcome } from '@beamline/backpressure/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import type { IntakeStatus } from '@beamline/jetstream/core';
import type { Clock } from '@beamline/kernel';

/** Deliveries that were handed back for overload and are remembered, at most; beyond it the oldest is forgotten. */
const MAX_REMEMBERED = 100_000;
/** How long the shortest delay is looked back for, in milliseconds: at least this, at most twice as long. */
const BASELINE_MS = 10_000;
/** A delay up to this is the way from the stream, not a queue, in milliseconds. */
const ON_ITS_WAY_MS = 100;

/**
 * Admission at the durable door. What was stored was accepted, so it is not shed: the worker asks for what there is room
 * for, and what comes is let in. In strict mode it is handed back while the status is active, as the contract says.
 */
export class DurableAdmission {
  readonly #handedBack = new Map<string, number>();
  #shortest = { sinceMs: Number.NEGATIVE_INFINITY, delayMs: Number.POSITIVE_INFINITY };
  #shortestBefore = Number.POSITIVE_INFINITY;

  constructor(
    private readonly control: SubjectControl,
    /** Unix time, to tell how long a message has been stored. */
    private readonly wall: Clock,
  ) {}

  /** How many more messages can be worked on now. */
  room(): number {
    return this.control.admission.room();
  }

  /** Lets a delivery in, or tells when it shall come again. */
  admit(message: InboundJetStreamMessage): Admission {
    const { admission } = this.control;
    if (admission.view().mode !== 'strict') {
      return { admitted: true, permit: admission.bypass('default') };
    }
    const admitted = this.control.admit({ criticality: 'default' });
    if (!admitted.admitted) this.#remember(message);
    return admitted;
  }

  /** Deliveries of a message that ended because of our load, and say nothing about the message. */
  handedBack(message: InboundJetStreamMessage): number {
    return this.#handedBack.size === 0 ? 0 : (this.#handedBack.get(keyOf(message)) ?? 0);
  }

  /**
   * How long a message waited in the stream, in milliseconds; `undefined`: not at all, or on purpose (a redelivery). The
   * server's clock is another one than ours, so only what is above the shortest delay of late is known to be waiting.
   */
  queueMs(message: InboundJetStreamMessage): number | undefined {
    if (message.deliveryCount > 1) return undefined;
    const nowMs = this.wall.nowMs();
    const delayMs = nowMs - message.timestampMs;
    if (nowMs - this.#shortest.sinceMs > BASELINE_MS) {
      this.#shortestBefore = this.#shortest.delayMs;
      this.#shortest = { sinceMs: nowMs, delayMs };
    } else if (delayMs < this.#shortest.delayMs) this.#shortest.delayMs = delayMs;
    const queueMs = delayMs - Math.min(this.#shortest.delayMs, this.#shortestBefore);
    return queueMs > ON_ITS_WAY_MS ? queueMs : undefined;
  }

  #remember(message: InboundJetStreamMessage): void {
    const key = keyOf(message);
    const times = (this.#handedBack.get(key) ?? 0) + 1;
    this.#handedBack.delete(key);
    this.#handedBack.set(key, times);
    if (this.#handedBack.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#handedBack.keys();
    if (oldest !== undefined) this.#handedBack.delete(oldest);
  }
}

/** How admission counts the end of a delivery. */
export function outcomeOfDelivery(status: IntakeStatus): Outcome {
  switch (status) {
    case 'retried':
      return 'dropped';
    case 'dead_lettered':
      return 'ignored';
    case 'success':
    case 'duplicate':
    case 'failed':
      return 'success';
  }
}

/** A sequence starts again when its stream is made anew; the time it was stored does not. */
function keyOf({ streamSequence, timestampMs }: InboundJetStreamMessage): string {
  return `${streamSequence}-${timestampMs}`;
}
