import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import {
  GrpcRefusalWriter,
  PROTO_LOADER_OPTIONS,
  PROTO_PATH,
  type RouteDecision,
  type RouteRequest__Output,
} from '@beamline/contracts';
import { RefusalWriter } from '@beamline/contracts/core';
import { recorder } from '@beamline/testing';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { RouterAnswer } from '../core/router-answer.js';
import { createGateway } from './gateway.js';
import { GrpcRouterClient, type GrpcRouterClientOptions } from './grpc-router-client.js';

type Call = ServerUnaryCall<RouteRequest__Output, RouteDecision>;
type Answer = (error: Partial<ServiceError> | null, decision?: RouteDecision) => void;

const SUBJECT = 'beamline.router.v1.decide';
const DECISION = {
  provider_id: 'p1',
  reason: 'weighted',
  priority: 50,
  expected_latency_ms: 120,
  expected_cost: 0.25,
};
const REQUEST = {
  version: '1',
  tenant_id: 'body',
  request_id: 'r1',
  task: { type: 'chat', payload: { text: 'süß' } },
};

const seen = recorder<GatewayEvent>();
let server: Server;
let address: string;
let client: GrpcRouterClient;
let serve: (call: Call, answer: Answer) => void;
let calls: Call[];

const clientWith = (options: Partial<GrpcRouterClientOptions> = {}): GrpcRouterClient =>
  new GrpcRouterClient({ address, ...options }, seen.observe);

const bodyOf = (answer: RouterAnswer) =>
  answer.kind === 'decided' ? JSON.parse(Buffer.from(answer.body).toString()) : answer;

beforeEach(async () => {
  seen.clear();
  calls = [];
  serve = (_call, answer) => answer(null, DECISION);
  const { beamline }: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
  server = new Server();
  server.addService(beamline.flow.v1.Router.service, {
    Decide: (call: Call, answer: Answer) => {
      calls.push(call);
      serve(call, answer);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  address = `127.0.0.1:${port}`;
  client = clientWith();
});

afterEach(async () => {
  await client.close();
  server.forceShutdown();
});

describe('a request over gRPC', () => {
  it('says what the same request says over NATS', async () => {
    const request = {
      ...REQUEST,
      policy_id: 'fast',
      constraints: { max_latency_ms: 200 },
      metadata: { region: 'eu', ratio: 0.5 },
      context: { user_id: 'u1' },
      dry_run: true,
      run_id: 'run-1',
    };

    await client.decide(new TextEncoder().encode(JSON.stringify(request)), {
      tenantId: 'acme',
      traceId: 't-1',
      spanId: 's-1',
      idempotencyKey: 'k-1',
    });

    const { message, ...rest } = calls[0]!.request;
    expect(message).toMatchObject({
      message_id: 'r1',
      tenant_id: 'acme',
      trace_id: 't-1',
      span_id: 's-1',
      message_type: 'chat',
      run_id: 'run-1',
      metadata: { region: 'eu', ratio: '0.5' },
    });
    expect(JSON.parse(Buffer.from(message!.payload).toString())).toEqual(REQUEST.task.payload);
    expect(rest).toEqual({
      policy_id: 'fast',
      context: { max_latency_ms: '200', dry_run: 'true', user_id: 'u1' },
      idempotency_key: 'k-1',
    });
  });

  it('carries its trace, its class, its attempt and its deadline', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const timeoutMs = 60_000;
    const call = { tenantId: 'süß', traceparent, criticality: 'critical', attempt: 1 } as const;

    await client.decide(REQUEST, { ...call, timeoutMs });

    const [got] = calls;
    expect(got?.metadata.getMap()).toMatchObject({
      traceparent,
      'x-criticality': 'critical',
      'x-attempt': '1',
    });
    expect(got?.request.message?.tenant_id).toBe('süß');
    const leftMs = Number(got?.getDeadline()) - Date.now();
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(timeoutMs + 1);
  });

  it('is answered as over NATS', async () => {
    serve = (_call, answer) => answer(null, { ...DECISION, metadata: { model: 'm' } });

    const answer = await client.decide(REQUEST, { tenantId: 'acme', traceId: 't-1' });

    expect(bodyOf(answer)).toEqual({
      ok: true,
      decision: { ...DECISION, metadata: { model: 'm' } },
      context: { request_id: 'r1', trace_id: 't-1' },
    });
    expect(seen.events).toMatchObject([{ type: 'router-asked', outcome: 'decided' }]);
  });

  it.each<[string, object, string]>([
    [
      'a payload that lies elsewhere',
      { ...REQUEST, task: { type: 'a', payload_ref: 's3:' } },
      'task.payload_ref cannot go over gRPC, only over NATS',
    ],
    ['options', { ...REQUEST, options: {} }, 'options cannot go over gRPC, only over NATS'],
    ['no task', { ...REQUEST, task: undefined }, 'task must be an object'],
    ['no JSON', new Uint8Array([0x7b]), 'body must be valid JSON'],
  ])('is refused when it cannot be carried: %s', async (...[, request, message]) => {
    const answer = await client.decide(request, { tenantId: 'acme' });

    expect(answer).toMatchObject({
      kind: 'refused',
      error: { code: 'invalid_request', message, wasSent: false },
    });
    expect(calls).toEqual([]);
  });
});

it('tells the gateway that it is made for of every request', async () => {
  const told = recorder<GatewayEvent>();
  const gateway = createGateway({
    routerPort: new GrpcRouterClient({ address }),
    observe: told.observe,
  });

  await gateway.decide(REQUEST, { tenantId: 'acme' });
  await gateway.stop();

  expect(told.of('router-asked')).toMatchObject([{ operation: 'decide', outcome: 'decided' }]);
});

describe('a refusal over gRPC', () => {
  it('tells when to come back, and how loaded the router is', async () => {
    const refusal = new GrpcRefusalWriter(new RefusalWriter(SUBJECT)).status({
      reason: 'predicted_wait',
      criticality: 'default',
      predictedWaitMs: 10,
      retryAfterMs: 2500,
      retryable: true,
      effectiveStatus: 'warning',
    });
    serve = (_call, answer) => answer(refusal);

    expect(await client.decide(REQUEST, { tenantId: 'acme' })).toMatchObject({
      kind: 'refused',
      error: {
        code: 'service_overloaded',
        retryAfterMs: 2500,
        retryable: true,
        state: 'warning',
        details: { subject: SUBJECT, reason: 'predicted_wait' },
      },
    });
  });
});

describe('no answer over gRPC', () => {
  const reasonOf = async (from: GrpcRouterClient, timeoutMs?: number): Promise<string> => {
    const answer = await from.decide(REQUEST, { tenantId: 'acme', timeoutMs });
    return answer.kind === 'unavailable' ? answer.reason : answer.kind;
  };

  it('comes in time, or is not waited for', async () => {
    serve = () => undefined;

    expect(await reasonOf(client, 50)).toBe('timeout');
  });

  it.each([Number.NaN, Infinity])('is not waited for for ever: %d', async (timeoutMs) => {
    serve = () => undefined;
    const brief = clientWith({ timeoutMs: 50 });

    expect(await reasonOf(brief, timeoutMs)).toBe('timeout');
    await brief.close();
  });

  it('is asked for once: the channel repeats nothing', async () => {
    serve = (_call, answer) => answer({ code: status.UNAVAILABLE, details: 'x' });

    await reasonOf(client);

    expect(calls).toHaveLength(1);
  });

  it('is said at once when nobody listens', async () => {
    server.forceShutdown();

    // The channel learns of it with the first call at the latest.
    expect(['connection_lost', 'disconnected']).toContain(await reasonOf(client, 60_000));
    expect(await reasonOf(client, 60_000)).toBe('disconnected');
  });

  it('that is larger than it may be is used', async () => {
    const small = clientWith({ maxReplyBytes: 10 });

    expect(await reasonOf(small)).toBe('oversize_reply');
    await small.close();
  });

  it('is waited for by more than may wait', async () => {
    const answers: Answer[] = [];
    serve = (_call, answer) => answers.push(answer);
    const narrow = clientWith({ maxInFlight: 1 });
    const first = reasonOf(narrow, 60_000);
    const second = await reasonOf(narrow);
    const closed = narrow.close();
    const third = await reasonOf(narrow);
    while (answers.length === 0) await new Promise(setImmediate);
    answers[0]?.(null, DECISION);

    expect([await first, second, third]).toEqual(['decided', 'in_flight_limit', 'closed']);
    await closed;
  });

  it.each(['timeoutMs', 'maxInFlight', 'maxReplyBytes'] as const)('is wanted with %s 0', (name) => {
    expect(() => clientWith({ [name]: 0 })).toThrow(`GrpcRouterClient ${name} must be ≥ 1 (got 0)`);
  });
});
