import fc from 'fast-check';

import type { HeaderReader } from '../core/headers.js';
import { createDecideDecoder } from './decide-decoder.js';
import { decodeGetDecision } from './get-decision-decoder.js';
import { encodeRouteRequest } from './protobuf.js';

const decoder = createDecideDecoder();
const strict = createDecideDecoder({
  strictTraceId: true,
  maxDepth: 3,
  maxKeys: 5,
  maxPayloadBytes: 300,
});

it('makes a value of any bytes', () => {
  fc.assert(
    fc.property(anyBytes(), anyHeaders(), (bytes, headers) => {
      for (const decoded of everyWay(bytes, headers)) expect(typeof decoded.ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});

it('makes a value of any JSON, with a failure that says something', () => {
  fc.assert(
    fc.property(almostARequest(), anyHeaders(), (request, headers) => {
      for (const decoded of everyWay(utf8(JSON.stringify(request)), headers)) {
        expect(decoded.ok || decoded.failure.message.length > 10).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it('makes a value of any damaged protobuf', () => {
  const intact = encodeRouteRequest({
    message: {
      message_id: 'm',
      tenant_id: 't',
      payload: Buffer.from('{"a":1}'),
      metadata: { a: 'b' },
    },
    context: { push_assignment: 'true' },
  });
  fc.assert(
    fc.property(fc.nat(intact.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(intact);
      damaged[at] = byte;
      expect(typeof decoder.decode(damaged, NONE).ok).toBe('boolean');
      expect(typeof decoder.decode(intact.subarray(0, at), NONE).ok).toBe('boolean');
    }),
  );
});

it('hands out no command that breaks the limits of its fields', () => {
  fc.assert(
    fc.property(almostARequest(), anyHeaders(), (request, headers) => {
      const decoded = decoder.decode(utf8(JSON.stringify(request)), headers);
      if (!decoded.ok) return;
      const { command } = decoded;
      expect(command.tenantId).not.toBe('');
      expect(command.tenantId.length).toBeLessThanOrEqual(256);
      expect(command.requestId.length).toBeLessThanOrEqual(128);
      expect((command.traceId ?? '').length).toBeLessThanOrEqual(128);
      expect(command.policyId).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

it('reads the next message well after a broken one', () => {
  const good = utf8('{"tenant_id":"t","message_id":"m"}');
  fc.assert(
    fc.property(anyBytes(), (bytes) => {
      decoder.decode(bytes, NONE);
      expect(decoder.decode(good, NONE)).toMatchObject({ ok: true, command: { tenantId: 't' } });
    }),
  );
});

const NONE: HeaderReader = { get: () => undefined };

function everyWay(bytes: Uint8Array, headers: HeaderReader) {
  return [
    decoder.decode(bytes, headers),
    strict.decode(bytes, headers),
    decoder.decodeDurable(bytes, headers, 'beamline.router.v1.decide.async'),
    decodeGetDecision(bytes, headers),
  ];
}

function anyBytes(): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.json().map(utf8),
    fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(0x7b, ...tail)),
    fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(0x0a, tail.length, ...tail)),
    fc.nat(400).map((depth) => utf8('[{"a":'.repeat(depth))),
    fc.nat(400).map((depth) => new Uint8Array(depth).fill(0x0b)),
  );
}

function anyHeaders(): fc.Arbitrary<HeaderReader> {
  const names = [
    'trace_id',
    'tenant_id',
    'version',
    'traceparent',
    'idempotency_key',
    'x-reply-to',
  ];
  const value = fc.oneof(fc.constantFrom('', '1', '2', 'x'.repeat(300)), fc.string());
  return fc
    .dictionary(fc.constantFrom(...names), value)
    .map((headers) => ({ get: (name) => headers[name] }));
}

function almostARequest(): fc.Arbitrary<object> {
  const value = fc.oneof(
    fc.constantFrom<unknown>('t', '', null, 5, true, [], {}, '1', 'x'.repeat(129)),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('1', 't') }, value);
  const task = fc.record({
    type: text,
    payload: fc.oneof(fc.constant({ text: 'hello you' }), value),
  });
  const message = fc.record(
    { message_id: text, message_type: text, tenant_id: text },
    { requiredKeys: [] },
  );
  return fc.record(
    {
      version: fc.oneof({ weight: 3, arbitrary: fc.constant('1') }, value),
      tenant_id: text,
      request_id: text,
      message_id: text,
      message_type: text,
      trace_id: value,
      policy_id: value,
      task: fc.oneof({ weight: 3, arbitrary: task }, value),
      message: fc.oneof({ weight: 3, arbitrary: message }, value),
      metadata: value,
      context: value,
      constraints: value,
      run_id: value,
      flow_id: value,
      step_id: value,
      idempotency_key: value,
      push_assignment: value,
      assignment_subject: value,
      options: value,
      dry_run: value,
    },
    { requiredKeys: [] },
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
