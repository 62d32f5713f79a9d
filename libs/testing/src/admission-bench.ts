import {
  type Admission,
  type AdmissionRequest,
  DEFAULT_SETTINGS,
  type Permit,
  type Refusal,
  SubjectAdmission,
  type SubjectSettings,
} from '@beamline/backpressure/core';
import { FakeClock } from './fake-clock.js';

/** Changes to the admission settings of a subject. */
export type AdmissionChanges = Partial<SubjectSettings['admission']>;

/** Default settings with an objective of a second, and some changes. */
export const admissionSettings = (admission: AdmissionChanges): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  admission: { ...DEFAULT_SETTINGS.admission, sloMs: 1_000, ...admission },
});

/** A subject, and a plant behind it that serves first come, first served. */
export class AdmissionBench {
  readonly clock = new FakeClock(0);
  readonly settled: [number, string][] = [];
  readonly admission: SubjectAdmission;
  readonly held: Permit[] = [];
  random = 0.5;
  /** How long whoever asks has waited in this process already, in milliseconds. */
  waitedMs = 0;

  constructor(admission: AdmissionChanges = {}) {
    this.admission = new SubjectAdmission(admissionSettings(admission), {
      clock: this.clock,
      random: () => this.random,
      waitedMs: () => this.waitedMs,
      onSettled: (latencyMs, outcome) => this.settled.push([latencyMs, outcome]),
    });
  }

  ask(request: Partial<AdmissionRequest> = {}): Admission {
    const answer = this.admission.admit({ criticality: 'default', ...request });
    if (answer.admitted) this.held.push(answer.permit);
    return answer;
  }

  refusal(request: Partial<AdmissionRequest> = {}): Refusal | undefined {
    const answer = this.ask(request);
    return answer.admitted ? undefined : answer.refusal;
  }

  serve(count: number, serviceMs: number | undefined = 50): void {
    for (const permit of this.held.splice(0, count)) {
      permit.settle('success', serviceMs === undefined ? undefined : { serviceMs });
    }
  }

  /** Offers and serves for some steps of 10 ms, so many per step. */
  run(
    steps: number,
    offered: number,
    served: number,
    request: Partial<AdmissionRequest> = {},
  ): number {
    let refused = 0;
    for (let step = 0; step < steps; step += 1) {
      for (let n = 0; n < offered; n += 1) if (!this.ask(request).admitted) refused += 1;
      this.clock.advance(10);
      this.serve(served);
    }
    return refused;
  }
}

/** A subject under four times the load it can serve, for three seconds. */
export function anOverloadedBench(changes: AdmissionChanges = {}): AdmissionBench {
  const bench = new AdmissionBench(changes);
  bench.run(300, 32, 8);
  return bench;
}
