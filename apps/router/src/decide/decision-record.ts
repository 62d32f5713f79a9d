import type { WireDecision } from '@beamline/contracts/core';

/** What is remembered of a decision: enough to answer the same request again, and to tell it from another one. */
export interface DecisionRecord {
  /** Fingerprint of what was asked (see `requestFingerprint`), `''` where nobody will compare it. */
  readonly fingerprint: string;
  readonly tenantId: string;
  readonly messageId: string;
  readonly policyId: string;
  readonly traceId?: string | undefined;
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

const TEXTS = ['fingerprint', 'tenantId', 'messageId', 'policyId'] as const;

function isRecord(value: unknown): value is DecisionRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    fields.get('v') === 1 &&
    typeof fields.get('decision') === 'object' &&
    TEXTS.every((name) => typeof fields.get(name) === 'string')
  );
}
