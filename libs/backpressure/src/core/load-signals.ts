/** The three signals that the reported status is made from. */
export interface LoadSignals {
  /** Messages that wait. */
  readonly pendingMessages: number;
  /** p95 of processing, in whole milliseconds. */
  readonly latencyP95Ms: number;
  /** Messages being handled. */
  readonly inflightMessages: number;
}

export type SignalName = keyof LoadSignals;

export const SIGNAL_NAMES: readonly SignalName[] = [
  'pendingMessages',
  'latencyP95Ms',
  'inflightMessages',
];

/** Where a value comes from. `unknown`: nothing fresh is known, and the value counts as 0. */
export type SignalSource = 'measured' | 'prometheus' | 'cache' | 'unknown';

/** A signal above its threshold. */
export interface OverloadCause {
  readonly signal: SignalName;
  readonly value: number;
  readonly threshold: number;
}
