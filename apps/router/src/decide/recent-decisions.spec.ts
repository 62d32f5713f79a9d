import * as fc from 'fast-check';
import type { DecisionRecord } from './decision-record.js';
import { RecentDecisions } from './recent-decisions.js';

function aRecord(messageId: string): DecisionRecord {
  return {
    fingerprint: '',
    tenantId: 'acme',
    messageId,
    policyId: 'default',
    decidedAtMs: 0,
    decision: {
      provider_id: messageId,
      priority: 50,
      expected_latency_ms: 500,
      expected_cost: 0.01,
      reason: 'weighted',
    },
  };
}

it('knows the newest half of its capacity, and never more than its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 300 }), (max, count) => {
      const recent = new RecentDecisions(max);
      const ids = Array.from({ length: count }, (_, n) => `m-${n}`);
      for (const id of ids) recent.set(aRecord(id));

      const known = ids.filter((id) => recent.get(id, 'acme') !== undefined);

      expect(known).toEqual(ids.slice(-known.length));
      expect(known.length).toBeLessThanOrEqual(max);
      expect(known.length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(max / 2)));
    }),
  );
});

it('gives the newest decision of an id that came twice', () => {
  const recent = new RecentDecisions(10);
  recent.set(aRecord('m'));
  recent.set({ ...aRecord('m'), policyId: 'newer' });

  expect(recent.get('m', 'acme')?.policyId).toBe('newer');
});

it('keeps the decisions of two tenants apart that use the same id', () => {
  const recent = new RecentDecisions(10);
  recent.set(aRecord('m'));
  recent.set({ ...aRecord('m'), tenantId: 'globex', policyId: 'theirs' });

  expect(recent.get('m', 'acme')?.policyId).toBe('default');
  expect(recent.get('m', 'globex')?.policyId).toBe('theirs');
  expect(recent.get('m', 'initech')).toBeUndefined();
});
