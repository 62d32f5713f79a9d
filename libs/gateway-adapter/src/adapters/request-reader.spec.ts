import { ERRORS } from '@beamline/contracts/core';
import type { HttpHeaders } from '../core/check-headers.js';
import { type HttpAnswer, toHttpAnswer } from '../core/http-answer.js';
import type { RouterAnswer, RouterUnavailable } from '../core/router-answer.js';
import { type ReadOutcome, RequestReader } from './request-reader.js';
import type { RouterCall } from './router-call.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const REQUEST = {
  version: '1',
  tenant_id: 'acme',
  request_id: 'r1',
  task: { type: 'chat', payload: {} },
};
const DECIDED: RouterAnswer = { kind: 'decided', body: Buffer.from('{"ok":true}') };

/** The decide routes of a gateway whose router has one answer to everything, and what that router is asked. */
const gatewayWhoseRouterSays = (answer: RouterAnswer) => {
  const calls: RouterCall[] = [];
  const reader = new RequestReader((count) => 'ab'.repeat(count));
  const ask = (read: ReadOutcome): HttpAnswer => {
    if (!read.ok) return read.answer;
    calls.push(read.request.call);
    return toHttpAnswer(answer, read.request.context);
  };
  const gateway = {
    decide: (headers: HttpHeaders, body: Uint8Array | undefined) =>
      ask(reader.readDecide(headers, body)),
    getDecision: (headers: HttpHeaders, id: string) =>
      ask(reader.readQuestion(headers, 'messageId', id)),
  };
  return { gateway, calls };
};

const bytes = (request: unknown): Buffer => Buffer.from(JSON.stringify(request));
const bodyOf = ({ body }: HttpAnswer) => JSON.parse(Buffer.from(body).toString());

describe('the tenant', () => {
  it.each([
    ['the header when both name one', { 'x-tenant-id': 'header' }, 'body', 'header'],
    ['the header when the body names none', { 'x-tenant-id': 'header' }, undefined, 'header'],
    ['the body when there is no header', {}, 'body', 'body'],
    ['the body when the header is empty', { 'x-tenant-id': '' }, 'body', 'body'],
  ])('is the one of %s', (...[, headers, tenant_id, expected]) => {
    const { gateway, calls } = gatewayWhoseRouterSays(DECIDED);

    const answer = gateway.decide(headers, bytes({ ...REQUEST, tenant_id }));

    expect(answer.status).toBe(200);
    expect(calls).toMatchObject([{ tenantId: expected }]);
  });

  it('must be named by somebody', () => {
    const { gateway, calls } = gatewayWhoseRouterSays(DECIDED);

    const posted = gateway.decide({}, bytes({ ...REQUEST, tenant_id: undefined }));
    const looked = gateway.getDecision({}, 'r1');

    expect([posted.status, looked.status]).toEqual([400, 400]);
    expect(bodyOf(posted).error.message).toMatch('tenant_id is required');
    expect(bodyOf(looked).error.message).toBe('X-Tenant-ID is required');
    expect(calls).toEqual([]);
  });

  it.each(['a\r\nx: y', ' a', 'a\u0000', 'x'.repeat(257)])(
    'cannot come from the body as %j, which a header would change',
    (tenant_id) => {
      const { gateway, calls } = gatewayWhoseRouterSays(DECIDED);

      const answer = gateway.decide({}, bytes({ ...REQUEST, tenant_id }));

      expect(answer.status).toBe(400);
      expect(calls).toEqual([]);
    },
  );
});

describe('the trace', () => {
  const GENERATED = `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-01`;
  const UUID = '0190F3C2-8A31-4F6E-9B1C-2D3E4F5A6B7C';

  it.each<[string, HttpHeaders, string | undefined, string, string]>([
    ['made up when none came', {}, undefined, 'ab'.repeat(16), GENERATED],
    [
      'the traceparent',
      { traceparent: TRACEPARENT },
      undefined,
      TRACEPARENT.slice(3, 35),
      TRACEPARENT,
    ],
    [
      'X-Trace-ID first',
      { 'x-trace-id': 't-1', traceparent: TRACEPARENT },
      'b',
      't-1',
      TRACEPARENT,
    ],
    ['the one of the body otherwise', {}, 'tr-123', 'tr-123', GENERATED],
    [
      'made up when traceparent is broken',
      { traceparent: '00-x' },
      undefined,
      'ab'.repeat(16),
      GENERATED,
    ],
    [
      'the same in both spellings',
      { 'x-trace-id': UUID },
      undefined,
      UUID,
      `00-0190f3c28a314f6e9b1c2d3e4f5a6b7c-${'ab'.repeat(8)}-01`,
    ],
  ])('is %s', (...[, headers, trace_id, traceId, traceparent]) => {
    const { gateway, calls } = gatewayWhoseRouterSays(DECIDED);

    const answer = gateway.decide(headers, bytes({ ...REQUEST, trace_id }));

    expect(calls).toMatchObject([{ traceId, traceparent }]);
    expect(answer.headers).toMatchObject({ 'x-trace-id': traceId, traceparent });
  });
});

describe('an error of the router', () => {
  it.each([...Object.entries(ERRORS), ['a_code_of_the_future', { httpStatus: 500 }] as const])(
    'keeps its code: %s',
    (code, { httpStatus }) => {
      const { gateway } = gatewayWhoseRouterSays({
        kind: 'refused',
        error: {
          code,
          message: 'why',
          details: { a: 1 },
          intakeErrorCode: 'VERSION_UNSUPPORTED',
          requestId: undefined,
        },
      });

      const answer = gateway.decide({ 'x-trace-id': 't1' }, bytes(REQUEST));

      expect(answer.status).toBe(httpStatus);
      expect('retry-after' in answer.headers).toBe(httpStatus === 429 || httpStatus === 503);
      expect(bodyOf(answer)).toEqual({
        ok: false,
        error: {
          code,
          message: 'why',
          intake_error_code: 'VERSION_UNSUPPORTED',
          details: { a: 1 },
        },
        context: { request_id: 'r1', trace_id: 't1', tenant_id: 'acme' },
      });
    },
  );

  it.each([
    ['service_overloaded', 4200, '5'],
    ['service_overloaded', 0, '1'],
    ['service_overloaded', undefined, '30'],
    ['rate_limited', undefined, '1'],
  ])('says when to come back: %s %j', (code, retryAfterMs, seconds) => {
    const asked = { code, message: '', details: {}, intakeErrorCode: null, requestId: undefined };
    const error = { ...asked, retryAfterMs };
    const { gateway } = gatewayWhoseRouterSays({ kind: 'refused', error });

    const answer = gateway.decide({}, bytes(REQUEST));

    expect(answer.headers['retry-after']).toBe(seconds);
  });
});

describe('no answer of the router', () => {
  it.each<[RouterUnavailable, number, string, string | undefined]>([
    ['no_responders', 503, 'unavailable', '1'],
    ['timeout', 503, 'unavailable', '1'],
    ['disconnected', 503, 'unavailable', '1'],
    ['connection_lost', 503, 'unavailable', '1'],
    ['closed', 503, 'unavailable', '1'],
    ['in_flight_limit', 503, 'service_overloaded', '1'],
    ['request_too_large', 413, 'invalid_request', undefined],
    ['oversize_reply', 500, 'internal', undefined],
    ['malformed_reply', 500, 'internal', undefined],
  ])('%s is HTTP %i', (...[reason, status, code, retryAfter]) => {
    const { gateway } = gatewayWhoseRouterSays({ kind: 'unavailable', reason });

    const answer = gateway.decide({}, bytes(REQUEST));

    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(bodyOf(answer)).toMatchObject({ ok: false, error: { code, intake_error_code: null } });
  });
});

describe('a broken request', () => {
  it.each<[string, Buffer | undefined, HttpHeaders, string]>([
    ['no body', undefined, {}, 'body must not be empty'],
    ['an empty body', Buffer.alloc(0), {}, 'body must not be empty'],
    ['broken JSON', Buffer.from('{"a":'), {}, 'body must be valid JSON'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 'body must be UTF-8'],
    ['an array', bytes([]), {}, 'body must be a JSON object (got an array)'],
    ['null', bytes(null), {}, 'body must be a JSON object (got null)'],
    ['two tenants', bytes({}), { 'x-tenant-id': 'a,b' }, 'X-Tenant-ID must be one id'],
    ['an endless trace id', bytes({}), { 'x-trace-id': 'x'.repeat(129) }, 'X-Trace-ID must have'],
    ['a key with a tab', bytes({}), { 'idempotency-key': 'a\tb' }, 'Idempotency-Key must have'],
    ['a number for an id', bytes({ ...REQUEST, request_id: 7 }), {}, '128 characters (got 7)'],
    [
      'no payload',
      bytes({ ...REQUEST, task: { type: 'a' } }),
      {},
      'task.payload or task.payload_ref',
    ],
  ])(
    '%s is refused with its reason, and the router is left alone',
    (...[, body, headers, message]) => {
      const { gateway, calls } = gatewayWhoseRouterSays(DECIDED);

      const answer = gateway.decide(headers, body);

      expect(answer.status).toBe(400);
      expect(bodyOf(answer).error).toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining(message),
      });
      expect(calls).toEqual([]);
    },
  );

  it('hears of everything that is wrong at once', () => {
    const { gateway } = gatewayWhoseRouterSays(DECIDED);

    const answer = gateway.decide({}, bytes({ version: '2', task: { type: 1, payload: 1 } }));

    const { violations } = bodyOf(answer).error.details;
    expect(violations.map((one: { path: string }) => one.path)).toEqual([
      'version',
      'tenant_id',
      'request_id',
      'task.type',
      'task.payload',
    ]);
  });

  it('is quoted at 64 characters at most', () => {
    const { gateway } = gatewayWhoseRouterSays(DECIDED);

    const answer = gateway.decide({}, bytes({ ...REQUEST, version: 'x'.repeat(1000) }));

    expect(bodyOf(answer).error.details.violations[0].value).toHaveLength(64);
  });

  it('may refer to a payload elsewhere', () => {
    const { gateway } = gatewayWhoseRouterSays(DECIDED);
    const task = { type: 'chat', payload_ref: 's3://bucket/key' };

    const answer = gateway.decide({}, bytes({ ...REQUEST, task }));

    expect(answer.status).toBe(200);
  });
});
