import {
  type AdmissionRequest,
  DEFAULT_SETTINGS,
  SubjectAdmission,
  type WorkReport,
} from '@beamline/backpressure/core';
import { monotonicClock } from '@beamline/kernel';
import type { Work } from '../harness/micro.js';

/** A decision that is timed in batches and alone. */
export interface AdmissionCase extends Work {
  once(n: number): boolean;
}

const REPORT: WorkReport = { serviceMs: 0.5, queueMs: 0 };
const KNOWN_TENANTS = 1_000;

/** One of many tenants, as a door would ask for it. */
export function tenantRequest(n: number): AdmissionRequest {
  const tenantId = `tenant-${String(n).padStart(8, '0')}`;
  return { criticality: 'default', tenantId, deadlineLeftMs: 2_000 };
}

/** A subject with the default settings, on the real clock. */
export function aSubject(): SubjectAdmission {
  return new SubjectAdmission(DEFAULT_SETTINGS, { clock: monotonicClock, random: Math.random });
}

function caseOf(
  name: string,
  admission: SubjectAdmission,
  requests: readonly AdmissionRequest[],
): AdmissionCase {
  const once = (n: number): boolean => {
    const request = requests[n % requests.length];
    if (request === undefined) throw new Error('no requests');
    const answer = admission.admit(request);
    if (answer.admitted) answer.permit.settle('success', REPORT);
    return answer.admitted;
  };
  const run = (times: number): number => {
    let admitted = 0;
    for (let n = 0; n < times; n += 1) if (once(n)) admitted += 1;
    return admitted;
  };
  return { name, once, run };
}

/** With a queue that stands behind it: everything is refused, with an appointment. */
function crowdedSubject(): SubjectAdmission {
  const admission = aSubject();
  for (let n = 0; n < 200; n += 1) admission.bypass().settle('success', REPORT);
  admission.observeQueueDelay(100_000);
  for (let n = 0; n < 9_999; n += 1) admission.bypass();
  return admission;
}

/** The decisions whose cost is told. */
export function admissionCases(): AdmissionCase[] {
  const tenants = Array.from({ length: KNOWN_TENANTS }, (_, n) => tenantRequest(n));
  return [
    caseOf('admit and settle', aSubject(), [{ criticality: 'default' }]),
    caseOf(`admit and settle, ${KNOWN_TENANTS} tenants, deadline`, aSubject(), tenants),
    caseOf('refuse', crowdedSubject(), tenants),
  ];
}
