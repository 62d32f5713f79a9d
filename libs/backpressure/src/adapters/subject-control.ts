import { type Clock, monotonicClock } from '@beamline/kernel';
import type {
  Admission,
  AdmissionRequest,
  LoadSignals,
  Refusal,
  SubjectSettings,
} from '../core/index.js';
import { SubjectAdmission } from '../core/subject-admission.js';
import { SubjectMonitor } from '../core/subject-monitor.js';
import { loopTurn } from './loop-turn.js';
import { pacedWork } from './paced-work.js';

/** What a {@link SubjectControl} is made of. */
export interface SubjectControlParts {
  readonly settings: SubjectSettings;
  readonly latencySamples: number;
  readonly latencyMaxAgeMs: number;
  /** Whether a consumer's waiting messages belong to the subject. */
  readonly hasConsumer: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** Unix time at the clock's origin, in milliseconds. Default 0. */
  readonly originMs?: number;
}

/**
 * The door keeper of one subject: admits or refuses each request, and learns from how the admitted ones end. Never
 * waits, and needs neither timers nor anybody else to do its work.
 */
export class SubjectControl {
  /** What lets requests in: for pull workers (`room`), health checks (`bypass`) and load reports (`view`). */
  readonly admission: SubjectAdmission;
  /** What the signals are read from. */
  readonly monitor: SubjectMonitor;
  /**
   * Whether the status is `active` for what the signals say, and not for hysteresis alone. Stored work that waited for
   * the status to end would be what keeps it up. For the loop that evaluates the subject to set.
   */
  isOverloaded = false;
  readonly #clock: Clock;
  #onRefusing: (() => void) | undefined;

  constructor(
    readonly name: string,
    parts: SubjectControlParts,
  ) {
    const { clock, random, originMs = 0, settings } = parts;
    this.#clock = clock;
    this.monitor = new SubjectMonitor({
      windowSize: parts.latencySamples,
      maxAgeMs: parts.latencyMaxAgeMs,
      hasConsumer: parts.hasConsumer,
    });
    this.admission = new SubjectAdmission(settings, {
      clock,
      random,
      originMs,
      // Turns are as long as they are: among times that somebody makes up they mean nothing.
      ...(clock === monotonicClock && { waitedMs: waitedInProcessMs }),
      onSettled: (latencyMs, outcome) => {
        // Ended by its caller or by bad input: its time says nothing about the work.
        if (outcome !== 'ignored') this.recordLatency(latencyMs);
      },
      onRefusing: () => this.#onRefusing?.(),
    });
  }

  /** Lets a request in, or tells why not and when to come back. Settle the permit when the work has ended. */
  admit(request: AdmissionRequest): Admission {
    return this.admission.admit(request);
  }

  /** Tells how to refuse what was let in and waited for its turn longer than its caller waits; else `undefined`. */
  outwaited(request: AdmissionRequest, waitedMs: number): Refusal | undefined {
    return this.admission.outwaited(request, waitedMs);
  }

  /** Counts the latency of work that was done without a permit, in milliseconds. */
  recordLatency(latencyMs: number): void {
    this.monitor.recordLatency(latencyMs, this.#clock.nowMs());
  }

  /** Tells how long a request waited before it got here, in milliseconds: since it was stored, or since it was sent. */
  observeQueueDelay(queueMs: number): void {
    this.admission.observeQueueDelay(queueMs);
  }

  /**
   * Puts values in the place of measured signals, for tests and drills; `undefined` ends it. Among several replicas
   * those of the leader count.
   */
  override(signals: Partial<LoadSignals> | undefined): void {
    this.monitor.override(signals);
  }

  /**
   * Has `listener` called at the first refusal for lack of capacity after a second without any, in the midst of
   * {@link admit}. It takes the place of the one before.
   */
  whenRefusing(listener: () => void): void {
    this.#onRefusing = listener;
  }
}

/** For the event loop before anybody looked at it, or behind what other subjects have let in and not begun yet. */
function waitedInProcessMs(): number {
  return Math.max(loopTurn.waitMs(), pacedWork.waitMs());
}
