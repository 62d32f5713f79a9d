import { type HeaderReader, NO_HEADERS } from '../core/headers.js';
import { createDecideDecoder } from './decide-decoder.js';
import { decodeGetDecision } from './get-decision-decoder.js';
import { encodeRouteRequest } from './protobuf.js';

const decoder = createDecideDecoder();
const ASYNC = 'beamline.router.v1.decide.async';

describe('the free forms', () => {
  it('takes a message form with what existing callers send', () => {
    const decoded = decode({
      version: '1',
      tenant_id: 'acme',
      request_id: 'req-1',
      message: { message_id: 'm-1', message_type: 'chat', metadata: { a: 1, b: 1 } },
      policy_id: 'p',
      context: { b: 2 },
      trace_id: 'free text',
      run_id: 'alone',
    });

    expect(decoded).toMatchObject({
      ok: true,
      warnings: [],
      command: {
        form: 'message',
        requestId: 'req-1',
        messageType: 'chat',
        policyId: 'p',
        context: { a: 1, b: 2, run_id: 'alone' },
        traceId: 'free text',
        task: { type: 'chat' },
      },
    });
  });

  it('finds tenant, trace and id inside the message', () => {
    const message = { message_id: 'm-1', tenant_id: 'acme', trace_id: 't' };

    expect(decode({ message })).toMatchObject({
      ok: true,
      command: { tenantId: 'acme', traceId: 't', requestId: 'm-1', messageType: '' },
    });
  });

  it('takes the flat form without a version', () => {
    const flat = { message_id: 'm', tenant_id: 'acme', message_type: 'chat', payload: 'text' };

    expect(decode(flat)).toMatchObject({
      ok: true,
      command: { form: 'flat', requestId: 'm', task: { type: 'chat', payload: 'text' } },
    });
  });

  it.each([
    [{ tenant_id: 't', message: { message_id: 'm' } }],
    [{ tenant_id: 't', message_id: 'm' }],
  ])('is refused at the durable door: %j', (body) => {
    const decoded = decodeDurable(body);

    expect(decoded).toMatchObject({ ok: false, requestId: 'm', tenantId: 't' });
    expect(!decoded.ok && decoded.failure.message).toContain('task is required');
  });
});

describe('protobuf', () => {
  const message = { message_id: 'm', tenant_id: 'acme', message_type: 'chat' };

  it('is taken on the request/reply door, however its first bytes look', () => {
    for (let size = 80; size < 140; size += 1) {
      const bytes = encodeRouteRequest({
        message: { ...message, trace_id: 'x'.repeat(size - 17) },
      });
      expect(decoder.decode(bytes, NO_HEADERS)).toMatchObject({
        ok: true,
        command: { form: 'protobuf', requestId: 'm', tenantId: 'acme' },
      });
    }
  });

  it('is refused at the durable door', () => {
    expect(decoder.decodeDurable(encodeRouteRequest({ message }), NO_HEADERS, ASYNC)).toMatchObject(
      {
        ok: false,
        failure: { intakeErrorCode: 'SCHEMA_VALIDATION_FAILED' },
      },
    );
  });

  it('carries limits and flags as text in its context', () => {
    const request = {
      message: { ...message, payload: Buffer.from('{"a":1}'), idempotency_key: 'm-key' },
      context: { max_cost: '0.5', push_assignment: 'true', dry_run: 'true' },
      idempotency_key: 'r-key',
    };

    expect(decoder.fromRouteRequest(request, NO_HEADERS)).toMatchObject({
      ok: true,
      command: {
        constraints: { maxCost: 0.5 },
        pushAssignment: true,
        dryRun: true,
        idempotencyKey: 'r-key',
        task: { type: 'chat', payload: { a: 1 } },
      },
    });
  });

  it('hands bytes that are no JSON object to workers as base64', () => {
    const request = {
      message: { ...message, payload: Buffer.from([1, 2]) },
      context: { push_assignment: 'true' },
    };

    expect(decoder.fromRouteRequest(request, NO_HEADERS)).toMatchObject({
      command: { task: { payload: { base64: 'AQI=' } } },
    });
  });

  it.each`
    request                                                     | headers             | reason
    ${{ policy_id: 'test_policy' }}                             | ${{}}               | ${'missing_message'}
    ${{ message: { ...message, tenant_id: '' } }}               | ${{}}               | ${'missing_tenant_id'}
    ${{ message: { ...message, message_id: 'x'.repeat(129) } }} | ${{}}               | ${'invalid_request'}
    ${{ message }}                                              | ${{ version: '2' }} | ${'invalid_request'}
  `('is refused for $reason', ({ request, headers, reason }) => {
    expect(decoder.fromRouteRequest(request, aReader(headers))).toMatchObject({
      ok: false,
      failure: { reason, code: 'invalid_request' },
    });
  });
});

describe('a question for a decision', () => {
  it('names its message, and its tenant where it will', () => {
    const bytes = utf8({ message_id: 'm', tenant_id: 'payload' });

    expect(decodeGetDecision(bytes, NO_HEADERS)).toEqual({
      ok: true,
      messageId: 'm',
      tenantId: 'payload',
    });
    expect(decodeGetDecision(bytes, aReader({ tenant_id: 'h', trace_id: 't' }))).toEqual({
      ok: true,
      messageId: 'm',
      tenantId: 'h',
      traceId: 't',
    });
  });

  it.each([[{}], [{ message_id: '' }], [{ message_id: 5 }]])('is refused: %j', (body) => {
    const decoded = decodeGetDecision(utf8(body), NO_HEADERS);

    expect(decoded).toMatchObject({ ok: false, failure: { code: 'invalid_request' } });
    expect(!decoded.ok && decoded.failure.message).toContain('message_id');
  });
});

function aReader(headers: Record<string, string>): HeaderReader {
  return { get: (name) => headers[name] };
}

function decode(body: object) {
  return decoder.decode(utf8(body), NO_HEADERS);
}

function decodeDurable(body: object) {
  return decoder.decodeDurable(utf8(body), NO_HEADERS, ASYNC);
}

function utf8(body: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body));
}
