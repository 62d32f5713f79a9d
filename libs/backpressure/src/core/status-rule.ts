import {
  type LoadSignals,
  type OverloadCause,
  SIGNAL_NAMES,
  type SignalName,
} from './load-signals.js';
import type { OverloadStatus } from './overload-status.js';
import type { Thresholds } from './subject-settings.js';

/** What the rule makes of the signals. */
export interface StatusVerdict {
  readonly status: OverloadStatus;
  /** The signals above their thresholds: why it is not `inactive`. Empty while only hysteresis holds `active`. */
  readonly causes: readonly OverloadCause[];
}

const THRESHOLD_OF = {
  pendingMessages: 'queueOverload',
  latencyP95Ms: 'latencyOverloadMs',
  inflightMessages: 'inflightOverload',
} as const satisfies Record<SignalName, keyof Thresholds>;

/**
 * The status that the contract reports. Two signals or more strictly above their thresholds are `active`, one is
 * `warning`, none `inactive`. `active` ends once every signal is at or below `recoveryThreshold` times its threshold, so
 * that a subject does not come back before there is room; with 1 or more it ends as soon as the rule says so.
 * A signal that is no number is not above anything.
 */
export function nextStatus(
  previous: OverloadStatus,
  signals: LoadSignals,
  thresholds: Thresholds,
  recoveryThreshold: number,
): StatusVerdict {
  const causes = causesOf(signals, thresholds);
  const holds =
    previous === 'active' &&
    recoveryThreshold < 1 &&
    SIGNAL_NAMES.some((name) => signals[name] > thresholds[THRESHOLD_OF[name]] * recoveryThreshold);
  return { status: holds ? 'active' : statusOf(causes.length), causes };
}

/** Whether nothing but hysteresis makes it `active`: the signals alone would not. */
export function isHeld({ status, causes }: StatusVerdict): boolean {
  return status === 'active' && statusOf(causes.length) !== 'active';
}

function causesOf(signals: LoadSignals, thresholds: Thresholds): OverloadCause[] {
  const causes: OverloadCause[] = [];
  for (const signal of SIGNAL_NAMES) {
    const value = signals[signal];
    const threshold = thresholds[THRESHOLD_OF[signal]];
    if (value > threshold) causes.push({ signal, value, threshold });
  }
  return causes;
}

function statusOf(overloaded: number): OverloadStatus {
  if (overloaded >= 2) return 'active';
  return overloaded === 1 ? 'warning' : 'inactive';
}
