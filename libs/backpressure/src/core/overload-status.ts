/** The status that the contract reports for a subject. */
export type OverloadStatus = 'inactive' | 'warning' | 'active';

/** Statuses by rising severity. */
export const OVERLOAD_STATUSES: readonly [OverloadStatus, ...OverloadStatus[]] = [
  'inactive',
  'warning',
  'active',
];

/** The more severe of two statuses. */
export function worse(a: OverloadStatus, b: OverloadStatus): OverloadStatus {
  return OVERLOAD_STATUSES.indexOf(a) >= OVERLOAD_STATUSES.indexOf(b) ? a : b;
}
