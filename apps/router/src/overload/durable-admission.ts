import type { SubjectControl } from '@beamline/backpressure';
import type { Admission, Outcome } from '@beamline/backpressure/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import type { IntakeStatus } from '@beamline/jetstream/core';

/** Deliveries that were handed back for overload and are remembered, at most; beyond it the oldest is forgotten. */
const MAX_REMEMBERED = 100_000;

/**
 * Admission at the durable door. What was stored was accepted, so it is not shed: the worker asks for what there is room
 * for, and what comes is let in. In strict mode nothing is asked for while the signals call the subject active, and what
 * was asked for before is handed back, as the contract says. Hysteresis alone holds nothing up: a backlog that nobody
 * works off would keep the status active for ever.
 */
export class DurableAdmission {
  readonly #handedBack = new Map<string, number>();

  constructor(private readonly control: SubjectControl) {}

  /** How many more messages can be worked on now. */
  room(): number {
    // What is delivered to be handed back loses one of its deliveries, and another replica does not know why.
    return this.#handsBack() ? 0 : this.control.admission.room();
  }

  /** Lets a delivery in, or tells when it shall come again. */
  admit(message: InboundJetStreamMessage): Admission {
    if (!this.#handsBack()) {
      return { admitted: true, permit: this.control.admission.bypass('default') };
    }
    const admitted = this.control.admit({ criticality: 'default' });
    if (!admitted.admitted) this.#remember(message);
    return admitted;
  }

  /** Deliveries of a message that ended because of our load, and say nothing about the message. */
  handedBack(message: InboundJetStreamMessage): number {
    return this.#handedBack.size === 0 ? 0 : (this.#handedBack.get(keyOf(message)) ?? 0);
  }

  #handsBack(): boolean {
    return this.control.isOverloaded && this.control.admission.view().mode === 'strict';
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
