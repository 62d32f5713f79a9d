import type { OverloadControl } from '@beamline/backpressure';

/** One sentence about the load of all subjects, for the readiness probes. */
export function overloadDetail(control: OverloadControl): string {
  const { statusCounts } = control.health();
  const loads = control.subjects().flatMap((subject) => {
    const status = control.statusNow(subject);
    if (status.status === 'unknown') return [];
    const { effectiveStatus } = status;
    const isCalm = status.status === 'inactive' && effectiveStatus === 'inactive';
    return isCalm ? [] : [`${subject} is ${status.status}, admission ${effectiveStatus}`];
  });
  const { active, warning, inactive } = statusCounts;
  const counts = `${active} active, ${warning} warning, ${inactive} inactive`;
  return loads.length === 0 ? counts : `${counts}: ${loads.join('; ')}`;
}
