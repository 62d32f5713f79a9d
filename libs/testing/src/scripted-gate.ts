import type {
  Admission,
  AdmissionRequest,
  AdmissionView,
  Outcome,
  Refusal,
  WorkReport,
} from '@beamline/backpressure/core';

/** How a permit ended. */
export interface Settled {
  readonly outcome: Outcome;
  readonly report: WorkReport | undefined;
}

/** A gate of one subject that does what a test tells it to, and remembers what it was asked. */
export class ScriptedGate {
  readonly requests: AdmissionRequest[] = [];
  readonly settled: Settled[] = [];
  #admitted = 0;
  #refusal: Refusal | undefined;
  #view: AdmissionView = IDLE;

  /** What load reports are made from. */
  readonly admission = {
    view: (): AdmissionView => this.#view,
    recentLoad: () => ({ offered: 10, refused: 4 }),
  };

  /** Permits in hand. */
  get inHand(): number {
    return this.#admitted - this.settled.length;
  }

  /** Refuses from now on. */
  refuse(refusal: Partial<Refusal> = {}): void {
    this.#refusal = { ...A_REFUSAL, ...refusal };
  }

  /** Admits from now on. */
  admitAgain(): void {
    this.#refusal = undefined;
  }

  /** Shows this load from now on. */
  show(view: Partial<AdmissionView>): void {
    this.#view = { ...IDLE, ...view };
  }

  /** Keeps to deadlines, unless it shows a mode that does not. */
  outwaited(
    { deadlineLeftMs = Infinity }: AdmissionRequest,
    waitedMs: number,
  ): Refusal | undefined {
    const isServed = waitedMs < deadlineLeftMs || this.#view.mode !== 'proportional';
    return isServed ? undefined : A_REFUSAL;
  }

  admit(request: AdmissionRequest): Admission {
    this.requests.push(request);
    if (this.#refusal) return { admitted: false, refusal: this.#refusal };
    this.#admitted += 1;
    let isSettled = false;
    const settle = (outcome: Outcome, report?: WorkReport): void => {
      if (isSettled) return;
      isSettled = true;
      this.settled.push({ outcome, report });
    };
    return { admitted: true, permit: { settle } };
  }
}

const IDLE: AdmissionView = {
  mode: 'proportional',
  backlog: 5,
  deliveredPerSecond: 80,
  serviceMs: 50,
  queueMs: 12,
  predictedWaitMs: 700.5,
  backlogLimit: undefined,
  quality: 'reported',
  effectiveStatus: 'inactive',
  effectiveSinceMs: 0,
};

const A_REFUSAL: Refusal = {
  reason: 'predicted_wait',
  criticality: 'default',
  predictedWaitMs: 700.5,
  retryAfterMs: 2001,
  retryable: true,
  effectiveStatus: 'active',
};
