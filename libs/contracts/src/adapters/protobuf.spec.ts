import { existsSync } from 'node:fs';

import {
  decodeRouteDecision,
  decodeRouteRequest,
  encodeRouteDecision,
  encodeRouteRequest,
  PROTO_PATH,
} from './protobuf.js';

it('finds the proto file', () => {
  expect(existsSync(PROTO_PATH)).toBe(true);
});

it('writes every field under the number of the contract', () => {
  const message = { message_id: 'a', tenant_id: 'b', trace_id: 'c', message_type: 'd' };
  const bytes = encodeRouteRequest({ message, policy_id: 'p', idempotency_key: 'k' });

  expect(bytes.toString('latin1')).toBe(
    '\x0a\x0c\x0a\x01a\x12\x01b\x1a\x01c\x22\x01d\x12\x01p\x22\x01k',
  );
});

it('reads back a decision, with 64-bit integers as numbers and absent fields as defaults', () => {
  const decision = {
    provider_id: 'p',
    reason: 'weighted',
    priority: 50,
    expected_latency_ms: 2 ** 40,
  };

  expect(decodeRouteDecision(encodeRouteDecision(decision))).toEqual({
    ...decision,
    expected_cost: 0,
    metadata: {},
  });
});

it('takes no bytes for a request that are none', () => {
  expect(decodeRouteRequest(new TextEncoder().encode('not json'))).toBeUndefined();
  expect(decodeRouteRequest(encodeRouteRequest({ policy_id: 'p' }))).toBeUndefined();
});
