import type { Admission, AdmissionRequest, AdmissionView } from '../core/index.js';

/** What lets requests of one subject in. {@link SubjectControl} is one. */
export interface AdmissionGate {
  admit(request: AdmissionRequest): Admission;
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
