import { FakeClock } from '@beamline/testing';
import fc from 'fast-check';
import { CRITICALITIES } from '../core/index.js';
import type { IncomingCall } from './incoming-call.js';
import { requestOfCall, tenantInHeaders } from './request-of-call.js';

const NOW_MS = 1_700_000_000_000;
const CLASSES = ['critical_plus', 'critical', 'default', 'sheddable_plus', 'sheddable'];

function aCall(headers: Readonly<Record<string, string>>, deadlineMs?: number): IncomingCall {
  return {
    transport: 'nats',
    key: {},
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    deadlineMs: () => deadlineMs,
    isAbandoned: () => false,
  };
}

const anyHeader = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...CLASSES, '', ' ', '0', '-1', '1e309', 'NaN', '0x10', '12'),
);
const anyHeaders = fc.dictionary(
  fc.constantFrom('x-criticality', 'x-timeout-ms', 'x-workflow-step', 'tenant_id', 'x-tenant-id'),
  anyHeader,
);

function read(call: IncomingCall, mayRaise: boolean, declared = CRITICALITIES[1]) {
  let capped = 0;
  const request = requestOfCall(call, {
    criticality: declared ?? 'default',
    mayRaise: () => mayRaise,
    tenantOf: tenantInHeaders,
    wall: new FakeClock(NOW_MS),
    onCapped: () => (capped += 1),
  });
  return { request, capped };
}

it('makes a sound request of whatever headers hold', () => {
  fc.assert(
    fc.property(anyHeaders, fc.boolean(), (headers, mayRaise) => {
      const { request } = read(aCall(headers), mayRaise);

      expect(CRITICALITIES).toContain(request.criticality);
      expect((request.tenantId ?? '').length).toBeLessThanOrEqual(256);
      const { deadlineLeftMs = 0 } = request;
      expect(deadlineLeftMs >= 0 && deadlineLeftMs <= 86_400_000).toBe(true);
    }),
  );
});

it('lets nobody but the trusted rise above what the handler declares', () => {
  fc.assert(
    fc.property(anyHeaders, fc.constantFrom(...CRITICALITIES), (headers, declared) => {
      const { request } = read(aCall(headers), false, declared);

      expect(CRITICALITIES.indexOf(request.criticality)).toBeGreaterThanOrEqual(
        CRITICALITIES.indexOf(declared),
      );
      expect(request.plus).toBeUndefined();
      expect(request.isLaterStep).toBeUndefined();
    }),
  );
});

it('lets everybody sink', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CRITICALITIES), fc.boolean(), (declared, mayRaise) => {
      const call = aCall({ 'x-criticality': 'Sheddable' });

      expect(read(call, mayRaise, declared)).toMatchObject({
        request: { criticality: 'sheddable' },
        capped: 0,
      });
    }),
  );
});

it.each`
  deadlineMs      | header       | left         | because
  ${NOW_MS + 250} | ${'9000'}    | ${250}       | ${"gRPC's own deadline counts"}
  ${NOW_MS - 5}   | ${undefined} | ${0}         | ${'nobody waits less than not at all'}
  ${undefined}    | ${'9000'}    | ${9000}      | ${'the header says so'}
  ${undefined}    | ${undefined} | ${undefined} | ${'nobody said'}
`('$because: $left ms are left', ({ deadlineMs, header, left }) => {
  const call = aCall(header === undefined ? {} : { 'x-timeout-ms': header }, deadlineMs);

  expect(read(call, false).request.deadlineLeftMs).toBe(left);
});
