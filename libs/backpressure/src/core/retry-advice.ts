import type { RefusalReason } from './admission-types.js';
import type { Criticality } from '@beamline/contracts/core';
import { type RetryAppointment, RetrySlots } from './retry-slots.js';
import type { SubjectSettings } from './subject-settings.js';

/** A request that was refused. */
export interface RefusedRequest {
  readonly criticality: Criticality;
  readonly reason: RefusalReason;
  readonly nowMs: number;
  /** Completions per millisecond; 0: not known. */
  readonly capacityPerMs: number;
}

/** Tells refused callers when to come back: by an appointment where one can be computed, else by the policy's constant. */
export class RetryAdvice {
  readonly #slots: RetrySlots;

  constructor(nowMs: number) {
    this.#slots = new RetrySlots(nowMs);
  }

  observe(span: { offered: number; lengthMs: number; isWaiting: boolean }, nowMs: number): void {
    this.#slots.observe(span, nowMs);
  }

  appoint(
    { criticality, reason, nowMs, capacityPerMs }: RefusedRequest,
    { admission, policy }: SubjectSettings,
    random: () => number,
  ): RetryAppointment {
    const constantMs = policy.retryAfterSeconds * 1_000;
    // The same deadline would be too short again.
    if (reason === 'deadline') return { retryAfterMs: constantMs, retryable: false };
    const isComputed = admission.retryAfterMode === 'slots' && admission.mode !== 'strict';
    if (!isComputed || capacityPerMs <= 0) return { retryAfterMs: constantMs, retryable: true };
    const capMs = admission.retryAfterMaxSeconds * 1_000;
    return this.#slots.appoint(criticality, { nowMs, capacityPerMs, capMs, random });
  }
}
