import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { eventually } from '@beamline/testing';
import { aRequest } from './requests.js';
import { type Stack, startStack } from './stack.js';

jest.setTimeout(120_000);

const DECIDE = 'beamline.router.v1.decide';
const DLQ = 'beamline.router.v1.decide.dlq';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ gateway: {} });
});

afterAll(async () => {
  await stack.stop();
});

/** What is wrong, the bytes, and the error it is answered with. */
const BROKEN: readonly (readonly [string, () => Uint8Array | string, object])[] = [
  [
    'not JSON',
    () => 'not json',
    { code: 'invalid_request', intake_error_code: 'SCHEMA_VALIDATION_FAILED' },
  ],
  ['empty', () => '', { code: 'invalid_request' }],
  ['a list', () => '[]', { code: 'invalid_request' }],
  [
    'invalid UTF-8',
    () => Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    { code: 'invalid_request' },
  ],
  [
    'a depth bomb',
    () => `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    { code: 'invalid_request', intake_error_code: 'SCHEMA_VALIDATION_FAILED' },
  ],
  [
    'a wrong type',
    () => JSON.stringify(aRequest({ task: 'chat' })),
    { code: 'invalid_request', intake_error_code: 'SCHEMA_VALIDATION_FAILED' },
  ],
  [
    'a missing field',
    () => JSON.stringify(aRequest({ request_id: undefined })),
    { code: 'invalid_request' },
  ],
  [
    'another version',
    () => JSON.stringify(aRequest({ version: '999' })),
    { code: 'invalid_request', intake_error_code: 'VERSION_UNSUPPORTED' },
  ],
  [
    'one of three run ids',
    () => JSON.stringify(aRequest({ run_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' })),
    { code: 'invalid_request', intake_error_code: 'CORRELATION_FIELDS_INVALID' },
  ],
  [
    'a payload that is too small',
    () => JSON.stringify(aRequest({ task: { type: 'chat', payload: {} } })),
    { intake_error_code: 'PAYLOAD_TOO_SMALL' },
  ],
  [
    'no tenant',
    () => JSON.stringify(aRequest({ tenant_id: '' })),
    { intake_error_code: expect.any(String) },
  ],
];

async function ask(body: Uint8Array | string, headers?: MsgHdrs): Promise<any> {
  const options = { timeout: 20_000, ...(headers ? { headers } : {}) };
  return (await stack.nc.request(DECIDE, body, options)).json<any>();
}

/** Publishes to the durable door and waits for its answer. */
async function submit(body: Uint8Array | string): Promise<any> {
  const inbox = `test.answers.${Math.random().toString(36).slice(2)}`;
  const answered = new Promise((resolve) => {
    stack.nc.subscribe(inbox, { max: 1, callback: (_error, message) => resolve(message.json()) });
  });
  const headers = natsHeaders();
  headers.set('x-reply-to', inbox);
  await jetstream(stack.nc).publish(`${DECIDE}.async`, body, { headers });
  return answered;
}

async function deadLetters(): Promise<number> {
  const jsm = await jetstreamManager(stack.nc);
  return (await jsm.streams.info('router-dlq')).state.messages;
}

it.each(BROKEN)('answers %s at once on request/reply', async (_what, body, error) => {
  expect(await ask(body())).toMatchObject({ ok: false, error });
});

it.each(BROKEN)(
  'keeps %s as a dead letter on the durable door, and answers it',
  async (_what, body, error) => {
    const before = await deadLetters();

    expect(await submit(body())).toMatchObject({ ok: false, error });

    expect(await deadLetters()).toBe(before + 1);
  },
);

it('writes into a dead letter what was wrong, and what came', async () => {
  const letter = new Promise<any>((resolve) => {
    stack.nc.subscribe(DLQ, { max: 1, callback: (_error, message) => resolve(message) });
  });

  await submit('not json');

  const message = await letter;
  expect(message.headers.get('x-dlq-reason')).toBe('validation_failed');
  expect(message.json()).toMatchObject({
    original_subject: `${DECIDE}.async`,
    message: 'not json',
    validation_error: { code: 'SCHEMA_VALIDATION_FAILED' },
  });
});

it('names an unknown policy', async () => {
  const reply = await ask(JSON.stringify(aRequest({ policy_id: 'no-such-policy' })));

  expect(reply.error.code).toBe('policy_not_found');
});

it('serves a tenant it has never heard of by the built-in policy', async () => {
  const reply = await ask(JSON.stringify(aRequest({ tenant_id: 'never-heard-of' })));

  expect(reply).toMatchObject({ ok: true, decision: { reason: 'weighted' } });
});

it('lets the header win where it contradicts the body', async () => {
  const headers = natsHeaders();
  headers.set('version', '999');

  const reply = await ask(JSON.stringify(aRequest()), headers);

  expect(reply.error.intake_error_code).toBe('VERSION_UNSUPPORTED');
});

it('does not mind a reply inbox that nobody hears', async () => {
  const headers = natsHeaders();
  headers.set('x-reply-to', '_INBOX.nobody.is.here');
  stack.nc.publish(DECIDE, JSON.stringify(aRequest()), { reply: '_INBOX.nobody.is.here' });
  await jetstream(stack.nc).publish(`${DECIDE}.async`, JSON.stringify(aRequest()), { headers });

  expect(await ask(JSON.stringify(aRequest()))).toMatchObject({ ok: true });
});

it('answers each of 10,000 requests at once, once', async () => {
  const seen = new Map<string, number>();
  const inbox = 'test.flood';
  stack.nc.subscribe(`${inbox}.*`, {
    callback: (_error, message) => {
      seen.set(message.subject, (seen.get(message.subject) ?? 0) + 1);
    },
  });
  for (let n = 0; n < 10_000; n += 1) {
    stack.nc.publish(DECIDE, JSON.stringify(aRequest()), { reply: `${inbox}.${n}` });
  }

  await eventually(() => expect(seen.size).toBe(10_000), { timeoutMs: 60_000 });
  // Leaves time for a second answer to show itself.
  await ask(JSON.stringify(aRequest()));
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
});

it.each<[string, () => RequestInit, number]>([
  ['no body', () => ({ body: '' }), 400],
  ['not JSON', () => ({ body: 'not json' }), 400],
  ['a missing field', () => ({ body: JSON.stringify(aRequest({ task: undefined })) }), 400],
  [
    'more than the gateway takes',
    () => ({ body: JSON.stringify(aRequest({ metadata: { text: 'x'.repeat(70_000) } })) }),
    413,
  ],
])("answers HTTP with %s in the contract's error body", async (_what, init, status) => {
  const response = await fetch(`${stack.gateway?.addresses.http}/api/v1/routes/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 'acme' },
    ...init(),
  });

  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    ok: false,
    error: { code: expect.any(String), message: expect.any(String), details: expect.anything() },
    context: expect.anything(),
  });
});

it('is still ready after all that', async () => {
  const response = await fetch(`${stack.router.addresses.http}/health/ready`);

  expect(response.status).toBe(200);
});
