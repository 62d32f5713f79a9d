import type { Clock } from '@beamline/kernel';
import {
  type AdmissionRequest,
  type Criticality,
  readAdmissionRequest,
  tenantIn,
} from '../core/index.js';
import type { IncomingCall } from './incoming-call.js';

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
  const { criticality, mayRaise, onCapped } = rules;
  const deadlineMs = call.deadlineMs();
  const deadlineLeftMs =
    deadlineMs === undefined ? undefined : Math.max(0, deadlineMs - rules.wall.nowMs());
  return readAdmissionRequest(
    headersOf(call),
    { criticality, tenantId: rules.tenantOf(call), deadlineLeftMs },
    { mayRaise: () => mayRaise(call), onCapped },
  );
}

/** The tenant in the header `tenant_id` or `x-tenant-id` of a call. */
export function tenantInHeaders(call: IncomingCall): string | undefined {
  return tenantIn(headersOf(call));
}

function headersOf(call: IncomingCall): { get(name: string): string | undefined } {
  return { get: (name) => call.header(name) };
}
