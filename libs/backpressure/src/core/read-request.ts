import {
  type Criticality,
  type HeaderReader,
  HEADERS,
  MAX_TENANT_ID_LENGTH,
  OVERLOAD_HEADERS,
  readCriticality,
  readTimeoutMs,
} from '@beamline/contracts/core';
import type { AdmissionRequest } from './admission-types.js';

/** What is known of a request besides what its caller asks of admission. */
export interface RequestFacts {
  /** What it counts as when its caller says nothing. */
  readonly criticality: Criticality;
  /** Whom fairness is kept for; `undefined`: nobody in particular. */
  readonly tenantId: string | undefined;
  /** Time the caller still waits by its transport, in milliseconds; it beats the header. */
  readonly deadlineLeftMs: number | undefined;
}

/** Who may have a request counted for more than it is. */
export interface RaiseRule {
  readonly mayRaise: (tenantId: string | undefined) => boolean;
  /** The caller asked for more than it may. */
  readonly onCapped: () => void;
}

const IMPORTANCE: Readonly<Record<Criticality, number>> = { sheddable: 0, default: 1, critical: 2 };
const STEP = /^\d{1,6}$/;
const PROXIED_TENANT = 'x-tenant-id';

/** The tenant as most callers name it. Some proxies drop names with an underscore. */
export function tenantIn(headers: HeaderReader): string | undefined {
  return headers.get(HEADERS.tenantId) || headers.get(PROXIED_TENANT) || undefined;
}

/** Reads what admission looks at. Whatever a header holds, there is a request. */
export function readAdmissionRequest(
  headers: HeaderReader,
  facts: RequestFacts,
  rule: RaiseRule,
): AdmissionRequest {
  const tenantId = facts.tenantId?.slice(0, MAX_TENANT_ID_LENGTH);
  const { criticality, plus } = criticalityOf(headers, { ...facts, tenantId }, rule);
  return {
    criticality,
    plus: plus || undefined,
    tenantId,
    deadlineLeftMs: facts.deadlineLeftMs ?? readTimeoutMs(headers.get(OVERLOAD_HEADERS.timeoutMs)),
    isLaterStep: (isLaterStep(headers) && rule.mayRaise(tenantId)) || undefined,
  };
}

function criticalityOf(
  headers: HeaderReader,
  { criticality: declared, tenantId }: RequestFacts,
  { mayRaise, onCapped }: RaiseRule,
): Pick<AdmissionRequest, 'criticality' | 'plus'> {
  const said = headers.get(OVERLOAD_HEADERS.criticality);
  if (said === undefined) return { criticality: declared };
  const read = readCriticality(said, true);
  const isRaised = read.plus || IMPORTANCE[read.criticality] > IMPORTANCE[declared];
  if (!isRaised || mayRaise(tenantId)) return read;
  onCapped();
  return { criticality: declared };
}

/** Steps of a workflow count from 1. */
function isLaterStep(headers: HeaderReader): boolean {
  const step = headers.get(OVERLOAD_HEADERS.workflowStep) ?? '';
  return STEP.test(step) && Number(step) > 1;
}
