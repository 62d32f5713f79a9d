import type { WireDecision } from '@beamline/contracts/core';

/** What is remembered of a decision: enough to answer the same request again, and to tell it from another one. */
export interface DecisionRecord {
  /** Fingerprint of what was asked (see `requestFingerprint`), `''` where nobody will compare it. */
  readonly fingerprint: string;
  readonly tenantId: string;
  readonly messageId: string;
  readonly policyId: string;
  readonly traceId?: string;
  /** Unix time of the decision, in milliseconds. */
  readonly decidedAtMs: number;
  readonly decision: WireDecision;
}

/** The stored form. Short, because there is one per request. */
export function encodeRecord(record: DecisionRecord): string {
  return JSON.stringify({ v: 1, ...record });
}

/** The record in `text`, or `undefined` when it is not one of ours. */
export function decodeRecord(text: string): DecisionRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is DecisionRecord & { v: 1 } {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1) return false;
  return (
    'fingerprint' in value &&
    typeof value.fingerprint === 'string' &&
    'tenantId' in value &&
    typeof value.tenantId === 'string' &&
    'messageId' in value &&
    typeof value.messageId === 'string' &&
    'decision' in value &&
    typeof value.decision === 'object' &&
    value.decision !== null
  );
}
