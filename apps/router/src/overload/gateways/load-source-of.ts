import type { OverloadControl, SubjectStatus } from '@beamline/backpressure';
import type { NotifiedStatusLike } from '@beamline/contracts/core';
import type { LoadSource } from '@beamline/notifications';

/** The load of all subjects, as overload control knows it. */
export function loadSourceOf(
  control: Pick<OverloadControl, 'subjects' | 'statusNow' | 'isLeading'>,
): LoadSource {
  return {
    subjects: () => control.subjects(),
    load: (subject) => notified(subject, control.statusNow(subject)),
    isLeading: () => control.isLeading(),
  };
}

/** Timers ask, so that nothing may be thrown: what is not known teaches gateways nothing. */
function notified(subject: string, status: SubjectStatus): NotifiedStatusLike {
  if (status.status !== 'unknown') return status;
  return {
    subject,
    status: 'unknown',
    effectiveStatus: 'unknown',
    signals: { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 },
    policy: { retryAfterSeconds: 0 },
    creditPerSecond: null,
    timestampMs: status.timestampMs,
  };
}
