import { HEADERS, OVERLOAD_HEADERS } from '@beamline/contracts/core';
import type { Clock } from '@beamline/kernel';
import {
  type AdmissionRequest,
  type Criticality,
  readCriticality,
  readTimeoutMs,
} from '../core/index.js';
import type { IncomingCall } from './incoming-call.js';

/** Longest tenant that fairness is kept for, in UTF-16 units. */
const MAX_TENANT_LENGTH = 255;

const IMPORTANCE: Readonly<Record<Criticality, number>> = { sheddable: 0, default: 1, critical: 2 };

/** How calls of a handler become requests for admission. */
export interface RequestRules {
  /** What requests count as that say nothing. */
  readonly criticality: Criticality;
  readonly mayRaise: (call: IncomingCall) => boolean;
  readonly tenantOf: (call: IncomingCall) => string | undefined;
  /** Unix time, for gRPC's deadlines. */
  readonly wall: Clock;
  /** The caller asked for more than it may. */
  readonly onCapped: () => void;
}

/** Reads what admission looks at. Whatever a header holds, there is a request. */
export function requestOfCall(call: IncomingCall, rules: RequestRules): AdmissionRequest {
  const tenantId = rules.tenantOf(call)?.slice(0, MAX_TENANT_LENGTH);
  const deadlineLeftMs = deadlineLeft(call, rules.wall);
  const said = call.header(OVERLOAD_HEADERS.criticality);
  if (said === undefined) return { criticality: rules.criticality, tenantId, deadlineLeftMs };
  const { criticality, plus } = criticalityOf(said, call, rules);
  return plus
    ? { criticality, tenantId, deadlineLeftMs, plus }
    : { criticality, tenantId, deadlineLeftMs };
}

/** The tenant as most callers name it. */
export function tenantInHeaders(call: IncomingCall): string | undefined {
  return call.header(HEADERS.tenantId) ?? call.header('x-tenant-id');
}

function criticalityOf(
  said: string,
  call: IncomingCall,
  { criticality: declared, mayRaise, onCapped }: RequestRules,
): { readonly criticality: Criticality; readonly plus: boolean } {
  const read = readCriticality(said, true);
  const isRaised = read.plus || IMPORTANCE[read.criticality] > IMPORTANCE[declared];
  if (!isRaised || mayRaise(call)) return read;
  onCapped();
  return { criticality: declared, plus: false };
}

function deadlineLeft(call: IncomingCall, wall: Clock): number | undefined {
  const deadlineMs = call.deadlineMs();
  if (deadlineMs !== undefined) return Math.max(0, deadlineMs - wall.nowMs());
  return readTimeoutMs(call.header(OVERLOAD_HEADERS.timeoutMs));
}
