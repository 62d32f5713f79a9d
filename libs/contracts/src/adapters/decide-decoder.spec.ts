import { type HeaderReader, NO_HEADERS } from '../core/headers.js';
import { createDecideDecoder } from './decide-decoder.js';

const decoder = createDecideDecoder();
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const UUID = '6f0b8f6e-6c1f-4b5a-9d2b-1c2d3e4f5a6b';
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ASYNC = 'beamline.router.v1.decide.async';

describe('the task form', () => {
  it('becomes a command', () => {
    const decoded = decode({
      ...aTask(),
      trace_id: TRACE,
      policy_id: 'policy:chat-prod',
      constraints: { max_latency_ms: 800, max_cost: 0.5 },
      metadata: { user_id: 'u' },
      run_id: UUID,
      flow_id: ULID,
      step_id: UUID.toUpperCase(),
      push_assignment: 'true',
      assignment_subject: 'caf.exec.assign.v1',
      options: { priority: 9 },
      idempotency_key: 'k',
      unknown_field: true,
    });

    expect(decoded).toEqual({
      ok: true,
      warnings: [],
      command: {
        form: 'task',
        tenantId: 'acme',
        requestId: 'req-1',
        messageType: 'chat',
        policyId: 'chat-prod',
        context: {
          max_latency_ms: 800,
          max_cost: 0.5,
          user_id: 'u',
          run_id: UUID,
          flow_id: ULID,
          step_id: UUID.toUpperCase(),
        },
        constraints: { maxLatencyMs: 800, maxCost: 0.5 },
        traceId: TRACE,
        traceparent: undefined,
        idempotencyKey: 'k',
        runId: UUID,
        flowId: ULID,
        stepId: UUID.toUpperCase(),
        pushAssignment: true,
        assignmentSubject: 'caf.exec.assign.v1',
        task: { type: 'chat', payload: { text: 'hello' } },
        options: { priority: 9 },
        dryRun: false,
      },
    });
  });

  it.each`
    change                                         | code                            | says
    ${{ version: '2' }}                            | ${'VERSION_UNSUPPORTED'}        | ${'Unsupported schema version: 2, supported versions: [1]'}
    ${{ version: 1 }}                              | ${'VERSION_UNSUPPORTED'}        | ${'version: 1,'}
    ${{ version: { a: 1 }, task: 5 }}              | ${'VERSION_UNSUPPORTED'}        | ${'not a string'}
    ${{ tenant_id: undefined }}                    | ${'SCHEMA_VALIDATION_FAILED'}   | ${'tenant_id is required (got nothing)'}
    ${{ tenant_id: 5 }}                            | ${'SCHEMA_VALIDATION_FAILED'}   | ${'tenant_id must be a string of 1 to 256 characters (got 5)'}
    ${{ task: { type: 'chat' } }}                  | ${'SCHEMA_VALIDATION_FAILED'}   | ${'task must have a payload or a payload_ref (got an object)'}
    ${{ task: { type: '', payload_ref: 'r' } }}    | ${'SCHEMA_VALIDATION_FAILED'}   | ${'task.type must NOT have fewer than 1 characters (got "")'}
    ${{ task: { type: 'chat', payload: 'text' } }} | ${'SCHEMA_VALIDATION_FAILED'}   | ${'task.payload must be an object (got "text")'}
    ${{ task: undefined }}                         | ${'SCHEMA_VALIDATION_FAILED'}   | ${'task is required (got nothing)'}
    ${{ task: { type: 'chat', payload: {} } }}     | ${'PAYLOAD_TOO_SMALL'}          | ${'Payload is too small or empty: 2 bytes, minimum: 10 bytes'}
    ${{ metadata: [1, 2] }}                        | ${'SCHEMA_VALIDATION_FAILED'}   | ${'metadata must be an object (got an array of 2)'}
    ${{ constraints: { max_latency_ms: 1.5 } }}    | ${'SCHEMA_VALIDATION_FAILED'}   | ${'constraints.max_latency_ms must be an integer (got 1.5)'}
    ${{ assignment_subject: 'a.*' }}               | ${'SCHEMA_VALIDATION_FAILED'}   | ${'assignment_subject must be a subject without wildcards (got "a.*")'}
    ${{ request_id: '' }}                          | ${'CORRELATION_FIELDS_INVALID'} | ${'request_id must be a string of 1 to 128 characters (got "")'}
    ${{ request_id: 'x'.repeat(129) }}             | ${'CORRELATION_FIELDS_INVALID'} | ${'(129 characters)'}
    ${{ request_id: '', task: 5 }}                 | ${'SCHEMA_VALIDATION_FAILED'}   | ${'request_id'}
    ${{ run_id: 'nope' }}                          | ${'CORRELATION_FIELDS_INVALID'} | ${'run_id must be a UUID v4 or a ULID (got "nope")'}
    ${{ run_id: UUID, step_id: UUID }}             | ${'CORRELATION_FIELDS_INVALID'} | ${'flow_id must come together with run_id, flow_id and step_id (got nothing)'}
    ${{ idempotency_key: '' }}                     | ${'IDEMPOTENCY_VIOLATION'}      | ${'idempotency_key must be a string of 1 to 256 characters (got "")'}
    ${{ idempotency_key: 'x', run_id: 'n' }}       | ${'CORRELATION_FIELDS_INVALID'} | ${'run_id'}
  `('is refused with $code for $change', ({ change, code, says }) => {
    for (const decoded of [
      decode({ ...aTask(), ...change }),
      decodeDurable({ ...aTask(), ...change }),
    ]) {
      expect(decoded).toMatchObject({ ok: false, failure: { intakeErrorCode: code } });
      expect(!decoded.ok && decoded.failure.message).toContain(says);
    }
  });

  it('tells a missing tenant by its own reason', () => {
    expect(decode({ ...aTask(), tenant_id: '' })).toMatchObject({
      failure: { code: 'invalid_request', reason: 'missing_tenant_id' },
    });
  });

  it('takes null for absent wherever a field is optional', () => {
    const decoded = decode({
      ...aTask(),
      version: null,
      trace_id: null,
      policy_id: null,
      metadata: null,
      constraints: null,
      run_id: null,
      idempotency_key: null,
      options: null,
    });

    expect(decoded).toMatchObject({ ok: true, command: { context: {}, constraints: {} } });
  });

  it('warns about an odd trace id, and refuses it in strict mode', () => {
    const bytes = utf8({ ...aTask(), trace_id: 'tr-123' });
    const strict = createDecideDecoder({ strictTraceId: true });

    expect(decoder.decode(bytes, NO_HEADERS)).toMatchObject({
      ok: true,
      command: { traceId: 'tr-123' },
      warnings: ['trace_id must be 32 hex digits or a UUID v4 (got "tr-123")'],
    });
    expect(strict.decode(bytes, NO_HEADERS)).toMatchObject({
      ok: false,
      failure: { intakeErrorCode: 'CORRELATION_FIELDS_INVALID' },
    });
  });
});

describe('headers', () => {
  it('beat the payload, broken payload values included', () => {
    const headers = aReader({
      tenant_id: 'h',
      trace_id: TRACE,
      version: '1',
      idempotency_key: 'k',
    });
    const body = { ...aTask(), tenant_id: 5, trace_id: 7, version: '9', idempotency_key: {} };

    expect(decoder.decode(utf8(body), headers)).toMatchObject({
      ok: true,
      command: { tenantId: 'h', traceId: TRACE, idempotencyKey: 'k' },
    });
  });

  it('are held to the same rules', () => {
    const tooLong = aReader({ tenant_id: 'x'.repeat(300) });

    expect(decoder.decode(utf8(aTask()), tooLong)).toMatchObject({ ok: false });
    expect(decoder.decode(utf8(aTask()), aReader({ version: '2' }))).toMatchObject({
      failure: { intakeErrorCode: 'VERSION_UNSUPPORTED' },
    });
  });

  it('give the trace of a traceparent when nobody names one', () => {
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;

    expect(decoder.decode(utf8(aTask()), aReader({ traceparent }))).toMatchObject({
      command: { traceId: TRACE, traceparent },
      warnings: [],
    });
    expect(decoder.decode(utf8(aTask()), aReader({ traceparent: 'junk' }))).toMatchObject({
      command: { traceId: undefined },
      warnings: ['traceparent must be W3C Trace Context (got "junk")'],
    });
  });
});

function aTask(): Record<string, unknown> {
  return {
    version: '1',
    tenant_id: 'acme',
    request_id: 'req-1',
    task: { type: 'chat', payload: { text: 'hello' } },
  };
}

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
