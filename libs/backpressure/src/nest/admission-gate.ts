import type { Admission, AdmissionRequest, AdmissionView, Refusal } from '../core/index.js';

/** What lets requests of one subject in. {@link SubjectControl} is one. */
export interface AdmissionGate {
  admit(request: AdmissionRequest): Admission;
  /**
   * Asked when a request that was let in had to wait for its turn; the time since then in milliseconds. @returns how to
   * refuse it, because its caller waits no longer. Without it everything is begun.
   */
  outwaited?(request: AdmissionRequest, waitedMs: number): Refusal | undefined;
  /** What load reports are made from. Without it there are none. */
  readonly admission?: LoadSource;
}

/** What is known of the load of a subject. */
export interface LoadSource {
  view(): AdmissionView;
  /** Requests offered and refused of late. */
  recentLoad?(): { readonly offered: number; readonly refused: number };
}

/** Finds the gate of a subject, usually `(subject) => control.subject(subject)`. Asked once per subject. */
export type GateSource = (subject: string) => AdmissionGate;
