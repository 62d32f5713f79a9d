import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { eventually } from '@beamline/testing';
import { aRequest } from './requests.js';
import { type Stack, startStack } from './stack.js';

const DECIDE = 'beamline.router.v1.decide';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    router: { RESULT_ACK_ALLOWED_TENANTS: 'acme,globex' },
    gateway: {},
  });
});

afterAll(async () => {
  await stack.stop();
});

async function ask(body: unknown, headers?: MsgHdrs, subject = DECIDE): Promise<any> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await stack.nc.request(subject, payload, {
    timeout: 20_000,
    ...(headers ? { headers } : {}),
  });
  return { ...reply.json<any>(), headers: reply.headers };
}

function grpcDecide(request: unknown, metadata = new Metadata()): Promise<any> {
  const flow: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
  const address = stack.router.addresses.grpc ?? '';
  const client = new flow.beamline.flow.v1.Router(address, credentials.createInsecure());
  return new Promise((resolve) => {
    let sent: Metadata | undefined;
    const call = client.Decide(request, metadata, (error: any, decision: any) => {
      client.close();
      resolve({ error, decision, sent });
    });
    call.on('metadata', (received: Metadata) => (sent = received));
  });
}

function http(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${stack.gateway?.addresses.http}${path}`, init);
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return http('/api/v1/routes/decide', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 'acme', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

it('gives the same decision for the same session through every door', async () => {
  const context = { session_id: 's-77' };
  const viaNats = await ask(aRequest({ metadata: context }));
  const viaHttp: any = await (await post(aRequest({ metadata: context }))).json();
  const viaGrpc = await grpcDecide({
    message: { message_id: 'm-1', tenant_id: 'acme', message_type: 'text.generate' },
    context,
  });

  expect(viaNats.ok).toBe(true);
  expect(viaHttp.decision.provider_id).toBe(viaNats.decision.provider_id);
  expect(viaGrpc.decision.provider_id).toBe(viaNats.decision.provider_id);
});

it('answers a durable request at the subject its header names, and acknowledges it', async () => {
  const inbox = 'test.decisions.1';
  const answered = new Promise<any>((resolve) => {
    stack.nc.subscribe(inbox, { max: 1, callback: (_error, message) => resolve(message.json()) });
  });
  const headers = natsHeaders();
  headers.set('x-reply-to', inbox);
  const request = aRequest();

  const accepted = await jetstream(stack.nc).publish(`${DECIDE}.async`, JSON.stringify(request), {
    headers,
  });

  expect(accepted.stream).toBe('router-stream');
  expect(await answered).toMatchObject({
    ok: true,
    context: { request_id: request['request_id'] },
  });
});

it.each<[string, () => unknown]>([
  [
    'message',
    () => ({
      version: '1',
      tenant_id: 'acme',
      request_id: 'r-message',
      message: { message_id: 'm-2', message_type: 'chat' },
      policy_id: 'policy:default',
      context: { user_id: 'u' },
    }),
  ],
  [
    'flat',
    () => ({ message_id: 'm-3', tenant_id: 'acme', message_type: 'chat', payload: { a: 1 } }),
  ],
])('serves the %s form of existing callers', async (_form, request) => {
  expect(await ask(request())).toMatchObject({
    ok: true,
    decision: { reason: expect.any(String) },
  });
});

it('carries trace context through NATS, gRPC and HTTP and gives it back', async () => {
  const headers = natsHeaders();
  headers.set('traceparent', TRACEPARENT);
  const metadata = new Metadata();
  metadata.set('traceparent', TRACEPARENT);

  const viaNats = await ask(aRequest(), headers);
  const viaGrpc = await grpcDecide({ message: { message_id: 'm', tenant_id: 'acme' } }, metadata);
  const viaHttp = await post(aRequest(), { traceparent: TRACEPARENT });

  expect(viaNats.context.trace_id).toBe(TRACE_ID);
  expect(viaNats.headers.get('traceparent')).toBe(TRACEPARENT);
  expect(viaGrpc.sent.get('trace_id')).toEqual([TRACE_ID]);
  expect(((await viaHttp.json()) as any).context.trace_id).toBe(TRACE_ID);
  expect(viaHttp.headers.get('traceparent')).toContain(TRACE_ID);
});

it('lets a header beat the payload', async () => {
  const headers = natsHeaders();
  headers.set('tenant_id', 'globex');
  headers.set('trace_id', 'from-the-header');

  const reply = await ask(aRequest({ tenant_id: 'nobody', trace_id: 'from-the-body' }), headers);

  expect(reply).toMatchObject({ ok: true, context: { trace_id: 'from-the-header' } });
});

it('refuses a tenant outside the allowlist at every door', async () => {
  const replies: any[] = [];
  stack.nc.subscribe('test.decisions.2', {
    callback: (_error, message) => {
      replies.push(message.json());
    },
  });
  const headers = natsHeaders();
  headers.set('x-reply-to', 'test.decisions.2');
  const request = aRequest({ tenant_id: 'intruder' });

  const viaNats = await ask(request);
  const viaGrpc = await grpcDecide({ message: { message_id: 'm', tenant_id: 'intruder' } });
  const viaHttp = await post(request, { 'x-tenant-id': 'intruder' });
  await jetstream(stack.nc).publish(`${DECIDE}.async`, JSON.stringify(request), { headers });
  await eventually(() => expect(replies).toHaveLength(1));

  expect(viaNats.error).toMatchObject({
    code: 'unauthorized',
    intake_error_code: 'TENANT_FORBIDDEN',
  });
  expect(viaGrpc.error.code).toBe(7);
  expect(viaHttp.status).toBe(401);
  expect(replies[0].error.code).toBe('unauthorized');
});

it('answers get_decision with the recorded decision, and only to its tenant', async () => {
  const request = aRequest();
  const decided = await ask(request);
  const query = { message_id: request['request_id'] };

  expect(await ask(query, undefined, 'beamline.router.v1.get_decision')).toMatchObject({
    ok: true,
    decision: decided.decision,
  });
  const stranger = await ask(
    { ...query, tenant_id: 'globex' },
    undefined,
    'beamline.router.v1.get_decision',
  );
  expect(stranger.error.code).toBe('decision_not_found');
  const viaHttp = await http(`/api/v1/routes/decide/${request['request_id']}`, {
    headers: { 'x-tenant-id': 'acme' },
  });
  expect(viaHttp.status).toBe(200);
  const unknown = await http('/api/v1/routes/decide/nobody-asked', {
    headers: { 'x-tenant-id': 'acme' },
  });
  expect(unknown.status).toBe(404);
});

it('answers a repeated idempotency key with the recorded decision, and another body with a violation', async () => {
  const key = `key-${Date.now()}`;
  const first = await ask(aRequest({ idempotency_key: key }));
  const repeated = await ask(aRequest({ idempotency_key: key }));
  const other = await ask(
    aRequest({
      idempotency_key: key,
      task: { type: 'other', payload: { prompt: 'Something else.' } },
    }),
  );
  const otherTenant = await ask(aRequest({ idempotency_key: key, tenant_id: 'globex' }));

  expect(repeated.decision).toEqual(first.decision);
  expect(other.error).toMatchObject({ intake_error_code: 'IDEMPOTENCY_VIOLATION' });
  expect(otherTenant.ok).toBe(true);
});

it('explains a decision with every candidate, and changes nothing', async () => {
  const response = await fetch(`${stack.router.addresses.http}/api/v1/explain?level=verbose`, {
    method: 'POST',
    body: JSON.stringify(aRequest({ metadata: { session_id: 's-77' } })),
  });
  const { explanation } = (await response.json()) as any;
  const decided = await ask(aRequest({ metadata: { session_id: 's-77' } }));

  expect(response.status).toBe(200);
  expect(explanation.provider_id).toBe(decided.decision.provider_id);
  const candidates = explanation.steps.filter(({ stage }: any) => stage === 'candidate');
  expect(candidates.length).toBeGreaterThan(1);
});

it('marks a dry run and records nothing of it', async () => {
  const request = aRequest({ metadata: { dry_run: true } });

  const reply = await ask(request);

  expect(reply.decision.metadata).toMatchObject({ dry_run: true });
  const lookup = await ask(
    { message_id: request['request_id'] },
    undefined,
    'beamline.router.v1.get_decision',
  );
  expect(lookup.error.code).toBe('decision_not_found');
});

it('says the same health over HTTP and gRPC', async () => {
  const ready = await fetch(`${stack.router.addresses.http}/health/ready`);
  const live = await fetch(`${stack.router.addresses.http}/health/live`);

  expect(ready.status).toBe(200);
  expect(live.status).toBe(200);
  expect(await grpcHealth()).toBe('SERVING');
});

it('counts on /metrics and /_metrics', async () => {
  const page = await (await fetch(`${stack.router.addresses.http}/metrics`)).text();
  const alias = await fetch(`${stack.router.addresses.http}/_metrics`);

  expect(page).toMatch(/router_policy_decisions_total\{.*reason="weighted".*\} [1-9]/);
  expect(page).toMatch(/router_grpc_request_duration_seconds_bucket/);
  expect(alias.status).toBe(200);
});

function grpcHealth(): Promise<string> {
  const path = require.resolve('grpc-health-check/proto/health/v1/health.proto');
  const definition: any = loadPackageDefinition(loadSync(path, { enums: String }));
  const address = stack.router.addresses.grpc ?? '';
  const client = new definition.grpc.health.v1.Health(address, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client.Check({ service: 'beamline.flow.v1.Router' }, (error: any, answer: any) => {
      client.close();
      if (error) reject(error);
      else resolve(answer.status);
    });
  });
}
