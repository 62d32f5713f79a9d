import type { OverloadStatus } from './overload-status.js';

/** Whether any subject is active, and how many are what. */
export interface StatusHealth {
  /** No subject is active. */
  readonly healthy: boolean;
  readonly statusCounts: Readonly<Record<OverloadStatus, number>>;
  readonly totalSubjects: number;
}

/** The contract's rule of health: an active subject is unhealthy, a warning is not. */
export function healthOf(statuses: Iterable<OverloadStatus>): StatusHealth {
  const statusCounts = { active: 0, warning: 0, inactive: 0 };
  let totalSubjects = 0;
  for (const status of statuses) {
    statusCounts[status] += 1;
    totalSubjects += 1;
  }
  return { healthy: statusCounts.active === 0, statusCounts, totalSubjects };
}
