import { type RetryAppointment, RetrySlots } from '@beamline/backpressure/core';
import type { Criticality } from '@beamline/contracts/core';

/** How often load is noted, in milliseconds. */
const NOTED_EVERY_MS = 250;

/**
 * Gives callers that are refused here an appointment each, as the router does with those it refuses: nearly all refusals
 * are a gateway's while its router is overloaded, and whoever is told the same time comes back at the same time.
 */
export class ComeBack {
  readonly #capMs: number;
  readonly #random: () => number;
  readonly #slots = new RetrySlots(0);
  #offered = 0;
  #notedMs = 0;
  #isHolding = false;

  /** `capMs`: latest appointment, from now. `random`: uniform in [0, 1). */
  constructor(capMs: number, random: () => number) {
    this.#capMs = capMs;
    this.#random = random;
  }

  /** Notes a request that came, whatever becomes of it. */
  note(nowMs: number): void {
    const lengthMs = nowMs - this.#notedMs;
    if (lengthMs >= NOTED_EVERY_MS) {
      const span = { offered: this.#offered, lengthMs, isWaiting: this.#isHolding };
      this.#slots.observe(span, nowMs);
      this.#offered = 0;
      this.#notedMs = nowMs;
      this.#isHolding = false;
    }
    this.#offered += 1;
  }

  /** Makes an appointment. `perSecond`: what this gateway can send, more than 0. */
  appoint(criticality: Criticality, perSecond: number, nowMs: number): RetryAppointment {
    this.#isHolding = true;
    return this.#slots.appoint(criticality, {
      nowMs,
      capacityPerMs: perSecond / 1000,
      capMs: this.#capMs,
      random: this.#random,
    });
  }
}
