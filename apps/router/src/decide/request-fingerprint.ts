import { hash } from 'node:crypto';
import type { DecideCommand } from '@beamline/contracts/core';

/**
 * A hash of what a request asks for: tenant, policy, task, context, constraints and assignment wishes. Ids and trace
 * context are left out, so that a retry under a fresh `request_id` is still the same request.
 *
 * @returns 32 hex digits of SHA-256 over the canonical JSON (keys sorted).
 */
export function requestFingerprint(command: DecideCommand): string {
  const body = canonicalJson([
    command.tenantId,
    command.policyId ?? '',
    command.messageType,
    command.task,
    command.context,
    command.constraints,
    command.pushAssignment,
    command.assignmentSubject,
    command.options,
  ]);
  return hash('sha256', body, 'hex').slice(0, 32);
}

/** A hash of the bytes of a message: enough to know a redelivered one again, at a fraction of the cost. */
export function bytesFingerprint(data: Uint8Array): string {
  return hash('sha256', data, 'base64url').slice(0, 22);
}

/** JSON with sorted keys. Depth is bounded by the decoder's limit on what comes in. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;

  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
