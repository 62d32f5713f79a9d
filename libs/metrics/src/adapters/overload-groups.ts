import type { OverloadEvent } from '@beamline/backpressure/core';

/** The fact of the given type. */
export type OverloadFact<Type extends OverloadEvent['type']> = OverloadEvent & {
  readonly type: Type;
};

const ADMISSION = [
  'admission-window',
  'criticality-capped',
  'permits-expired',
  'event-loop',
] as const;
const SIGNALS = [
  'evaluated',
  'consumer-queried',
  'p95-calculated',
  'signal-source-changed',
  'subject-forgotten',
] as const;
const HISTORY = ['history-entry', 'history-lost', 'checkpoint-refused', 'alert'] as const;

/** What admission does, and the process it does it in. */
export type AdmissionFact = OverloadFact<(typeof ADMISSION)[number]>;
/** What the signals say and where they come from. */
export type SignalFact = OverloadFact<(typeof SIGNALS)[number]>;
/** What happened, as it is written down and told. */
export type HistoryFact = OverloadFact<(typeof HISTORY)[number]>;
/** Who takes part, and by which settings. */
export type ClusterFact = Exclude<OverloadEvent, AdmissionFact | SignalFact | HistoryFact>;

export function isAdmissionFact(event: OverloadEvent): event is AdmissionFact {
  return ADMISSION.some((type) => type === event.type);
}

export function isSignalFact(event: OverloadEvent): event is SignalFact {
  return SIGNALS.some((type) => type === event.type);
}

export function isHistoryFact(event: OverloadEvent): event is HistoryFact {
  return HISTORY.some((type) => type === event.type);
}
