import { RefusalWriter } from '@beamline/contracts/core';
import { Metadata } from '@grpc/grpc-js';
import type { GatewayRefused } from '../core/gateway-admission-types.js';
import { type RefusalStyle, WrittenRefusal } from './gateway-refusal.js';
import { answerOfError } from './grpc-answer.js';
import { RequestReader } from './request-reader.js';

const VERDICT: GatewayRefused = {
  admitted: false,
  reason: 'credit',
  status: 'active',
  retryAfterMs: 4200.5,
  retryable: true,
};
const HEADERS = { 'x-tenant-id': 'acme', 'x-trace-id': 't-1' };
const FACTS = {
  subject: 's',
  criticality: 'sheddable',
  reason: 'credit',
  state: 'active',
  retryable: true,
  retry_after_ms: 4201,
};
const MESSAGE = 's is overloaded: it takes fewer requests now than come';

const refusal = (
  changes: Partial<GatewayRefused> = {},
  { status = 429, body = 'error' }: { status?: 429 | 503; body?: RefusalStyle['body'] } = {},
): WrittenRefusal =>
  new WrittenRefusal({ ...VERDICT, ...changes }, 'sheddable', {
    writer: new RefusalWriter('s', status),
    reader: new RequestReader((count) => 'ab'.repeat(count)),
    body,
  });

const bodyOf = ({ body }: { readonly body: string | Uint8Array }) => JSON.parse(String(body));

it.each([429, 503] as const)(
  'is an error of the contract over HTTP, with the status %i',
  (status) => {
    const answer = refusal({}, { status }).http(HEADERS);

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '5',
      'overload-state': 'active',
      'overload-retryable': 'true',
      'x-trace-id': 't-1',
    });
    expect(bodyOf(answer)).toEqual({
      ok: false,
      error: {
        code: 'service_overloaded',
        message: MESSAGE,
        intake_error_code: null,
        details: FACTS,
      },
      context: { request_id: null, trace_id: 't-1', tenant_id: 'acme' },
    });
  },
);

it('is a problem over HTTP where that is wanted', () => {
  const answer = refusal({}, { body: 'problem' }).http(HEADERS);

  expect(answer).toMatchObject({
    status: 429,
    headers: {
      'content-type': 'application/problem+json',
      'retry-after': '5',
      'overload-state': 'active',
      'overload-retryable': 'true',
      'x-trace-id': 't-1',
    },
  });
  expect(answer.headers).not.toHaveProperty('overload-wait-ms');
  expect(bodyOf(answer)).toMatchObject({ status: 429, detail: MESSAGE, ...FACTS });
  expect(bodyOf(answer)).not.toHaveProperty('predicted_wait_ms');
});

it('asks nobody to come back at once', () => {
  expect(refusal({ retryAfterMs: 0 }).http().headers['retry-after']).toBe('1');
});

it('says over HTTP not to come back', () => {
  const answer = refusal({ retryable: false }).http();

  expect(answer.headers['overload-retryable']).toBe('false');
  expect(bodyOf(answer).error.message).toBe(`${MESSAGE}; do not retry`);
});

it.each([
  [true, '4201'],
  [false, '-1'],
])('ends a call over gRPC with a pushback: retryable %s, %s', (retryable, pushback) => {
  expect(refusal({ retryable }).grpc()).toMatchObject({
    code: 8,
    metadata: { 'grpc-retry-pushback-ms': pushback, 'overload-state': 'active' },
  });
});

it.each([
  [true, 4201],
  [false, undefined],
])(
  'tells gRPC clients the same facts in the status of google.rpc: %s',
  (...[retryable, delayMs]) => {
    const { code, details, metadata } = refusal({ retryable }).grpc();
    const trailers = new Metadata();
    for (const [name, value] of Object.entries(metadata)) trailers.set(name, value);
    trailers.remove('grpc-retry-pushback-ms');

    const read = answerOfError(Object.assign(new Error(), { code, details, metadata: trailers }));

    expect(read).toMatchObject({
      kind: 'refused',
      error: { code: 'service_overloaded', details: { ...FACTS, retryable } },
    });
    expect(read.kind === 'refused' && read.error.retryAfterMs).toBe(delayMs);
  },
);

it('answers over NATS as the router does', () => {
  const { body, headers } = refusal().nats();

  expect(headers).toEqual({
    'Nats-Service-Error-Code': '429',
    'Nats-Service-Error': MESSAGE,
    'Retry-After-Ms': '4201',
    'Overload-Retryable': 'true',
    'Overload-State': 'active',
  });
  expect(JSON.parse(body)).toMatchObject({
    ok: false,
    error: { code: 'service_overloaded', details: FACTS },
  });
});
