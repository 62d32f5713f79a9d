import {
  type AdmissionSettings,
  type Credit,
  DEFAULT_SETTINGS,
  LatencyWindow,
  nextStatus,
  type OverloadStatus,
  SubjectAdmission,
  type SubjectSettings,
} from '@beamline/backpressure/core';
import type { Controller, ControllerParts, CreateController, PlantLoad } from './controller.js';

const SAMPLES = 1000;
const SAMPLE_AGE_MS = 10_000;
/** How often the router works out its status. */
const STATUS_EVERY_MS = 200;

/** How our own admission is run. */
export interface BeamlineOptions {
  readonly settings: SubjectSettings;
  /** Whether workers report service and queue times with their answers. Default true. */
  readonly hasReports?: boolean;
}

/** The settings with another objective or mode. */
export function settingsWith(
  admission: Partial<AdmissionSettings>,
  base: SubjectSettings = DEFAULT_SETTINGS,
): SubjectSettings {
  return { ...base, admission: { ...base.admission, ...admission } };
}

/** The admission and the status rule of this project themselves, on virtual time. */
export function beamline({ settings, hasReports = true }: BeamlineOptions): CreateController {
  return (parts) => new Beamline(settings, hasReports, parts);
}

class Beamline implements Controller {
  readonly #settings: SubjectSettings;
  readonly #hasReports: boolean;
  readonly #clock: ControllerParts['clock'];
  readonly #admission: SubjectAdmission;
  readonly #latencies = new LatencyWindow(SAMPLES, SAMPLE_AGE_MS);
  #reported: OverloadStatus = 'inactive';
  #nextStatusMs = 0;

  constructor(settings: SubjectSettings, hasReports: boolean, parts: ControllerParts) {
    this.#settings = settings;
    this.#hasReports = hasReports;
    this.#clock = parts.clock;
    this.#admission = new SubjectAdmission(settings, parts);
  }

  admit(...[request]: Parameters<Controller['admit']>): ReturnType<Controller['admit']> {
    const answer = this.#admission.admit(request);
    if (!answer.admitted) {
      const { retryAfterMs, retryable } = answer.refusal;
      return { admitted: false, retryAfterMs, retryable };
    }
    const { permit } = answer;
    return {
      admitted: true,
      settle: (completion) => {
        if (!completion) return permit.settle('dropped');
        const { serviceMs, queueMs, roundTripMs } = completion;
        this.#latencies.record(roundTripMs, this.#clock.nowMs());
        permit.settle('success', this.#hasReports ? { serviceMs, queueMs } : {});
      },
    };
  }

  tick({ waiting, inflight }: PlantLoad): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#nextStatusMs) return;
    this.#nextStatusMs = nowMs + STATUS_EVERY_MS;
    const { thresholds, policy } = this.#settings;
    const signals = {
      pendingMessages: waiting,
      latencyP95Ms: this.#latencies.p95(nowMs) ?? 0,
      inflightMessages: inflight,
    };
    const { recoveryThreshold } = policy;
    this.#reported = nextStatus(this.#reported, signals, thresholds, recoveryThreshold).status;
    this.#admission.reportStatus(this.#reported);
    this.#admission.advance();
  }

  credit(): Credit {
    return this.#admission.credit();
  }

  statuses(): { readonly reported: OverloadStatus; readonly effective: OverloadStatus } {
    return { reported: this.#reported, effective: this.#admission.view().effectiveStatus };
  }
}
