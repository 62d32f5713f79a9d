import type { AdmissionRequest, AdmissionView, Refusal } from './admission-types.js';

/**
 * What a request is answered with that was let in, and then waited for its turn longer than its caller waits: nothing is
 * done for nobody.
 *
 * @param waitedMs Since it was let in, in milliseconds.
 * @param view The load; `undefined` where it is not known.
 * @returns `undefined` when it is to be served: its caller still waits, or mode `shadow` has promised to change nothing.
 */
export function refusalOfOutwaited(
  { criticality, deadlineLeftMs = Infinity }: AdmissionRequest,
  waitedMs: number,
  view: AdmissionView | undefined,
): Refusal | undefined {
  if (waitedMs < deadlineLeftMs || view?.mode === 'shadow') return undefined;
  return {
    reason: 'predicted_wait',
    criticality,
    predictedWaitMs: waitedMs,
    // So long was the queue before it.
    retryAfterMs: waitedMs,
    retryable: true,
    effectiveStatus: view?.effectiveStatus ?? 'inactive',
  };
}
