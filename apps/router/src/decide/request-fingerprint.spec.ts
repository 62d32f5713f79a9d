import type { DecideCommand } from '@beamline/contracts/core';
import * as fc from 'fast-check';
import { canonicalJson, requestFingerprint } from './request-fingerprint.js';

function aCommand(changes: Partial<DecideCommand> = {}): DecideCommand {
  return {
    form: 'task',
    tenantId: 'acme',
    requestId: 'r-1',
    messageType: 'chat',
    policyId: undefined,
    context: { user_id: 'u-1' },
    constraints: {},
    traceId: 'tr-1',
    traceparent: undefined,
    idempotencyKey: 'k-1',
    runId: undefined,
    flowId: undefined,
    stepId: undefined,
    pushAssignment: false,
    assignmentSubject: undefined,
    task: { type: 'chat', payload: { prompt: 'hello' } },
    dryRun: false,
    ...changes,
  };
}

describe('requestFingerprint', () => {
  it('is the same for a retry under a fresh request id and trace', () => {
    const retried = aCommand({ requestId: 'r-2', traceId: 'tr-2' });

    expect(requestFingerprint(retried)).toBe(requestFingerprint(aCommand()));
  });

  it.each<[string, Partial<DecideCommand>]>([
    ['tenant', { tenantId: 'globex' }],
    ['policy', { policyId: 'chat' }],
    ['task', { task: { type: 'chat', payload: { prompt: 'goodbye' } } }],
    ['context', { context: { user_id: 'u-2' } }],
    ['constraints', { constraints: { maxCost: 1 } }],
    ['wish to push the assignment', { pushAssignment: true }],
  ])('differs when the %s differs', (_what, change) => {
    expect(requestFingerprint(aCommand(change))).not.toBe(requestFingerprint(aCommand()));
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, and means the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reordered = reverseKeys(value);

        expect(canonicalJson(reordered)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reverseKeys(member)]);
  return Object.fromEntries(members.toReversed());
}
