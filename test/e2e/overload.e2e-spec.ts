import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { eventually } from '@beamline/testing';
import { alertsOf, DECIDE, flood, OverloadWatch, storedEvents } from './overload-watch.js';
import { aRequest } from './requests.js';
import { AppProcess, EXAMPLE_POLICIES, type Stack, startStack } from './stack.js';

jest.setTimeout(120_000);

/** Few at once, so that a real backlog stands within seconds; thresholds that this load crosses. */
const ENV = {
  LOG_LEVEL: 'info',
  NATS_JS_MAX_ACK_PENDING: '10',
  QUEUE_OVERLOAD: '100',
  INFLIGHT_OVERLOAD: '1',
};
const EXPLAIN = 'beamline.router.v1.explain';

let stack: Stack;
let watch: OverloadWatch;
let alerts: any[];

beforeAll(async () => {
  stack = await startStack({ router: ENV });
  watch = new OverloadWatch(stack.nc, stack.router);
  alerts = alertsOf(stack.nc);
  await stack.nc.flush();
});

afterAll(async () => {
  await stack.stop();
});

it('goes into active under real load and back, and tells the same story everywhere', async () => {
  let isActive = false;
  const flooding = flood(stack.nc, () => isActive);
  try {
    await eventually(
      async () => {
        const types = await watch.eventTypes();
        expect(types).toContain('backpressure_active');
      },
      { timeoutMs: 60_000 },
    );
  } finally {
    isActive = true;
  }
  const status = await watch.statusOverNats();
  expect(await flooding).toBeGreaterThan(0);

  expect(status).toMatchObject({ subject: DECIDE, status: 'active', effective_status: 'active' });
  expect(status.metrics.pending_messages).toBeGreaterThan(100);
  const activation = (await watch.get(`/history/${DECIDE}`)).find(
    ({ type }: any) => type === 'backpressure_active',
  );
  expect(activation.causes).toContainEqual({
    signal: 'pending_messages',
    value: expect.any(Number),
    threshold: 100,
  });

  await eventually(async () => expect((await watch.statusOverNats()).status).toBe('inactive'), {
    timeoutMs: 60_000,
  });

  // What was told while it happened, and what is told of it now.
  await eventually(async () => expect((await watch.eventTypes()).at(-1)).toBe('recovery'));
  const types = await watch.eventTypes();
  const [raised, resolved] = alerts;
  expect(alerts).toHaveLength(2);
  expect(raised).toMatchObject({
    severity: 'warning',
    state: 'raised',
    labels: { subject: DECIDE },
  });
  expect(resolved).toMatchObject({ severity: 'warning', state: 'resolved' });
  expect(raised.timestamp).toBe(activation.timestamp);
  expect((await storedEvents(stack.nc)).map(({ type }) => type)).toEqual(types);

  const count = (type: string) => types.filter((each) => each === type).length;
  const series = `{subject="${DECIDE}"`;
  await eventually(async () => {
    expect(await watch.metric(`router_intake_backpressure_active${series}`)).toBe(0);
    expect(await watch.metric(`router_backpressure_recovery_total${series}`)).toBe(
      count('recovery'),
    );
  });
  expect(
    await watch.metric(
      `router_backpressure_events_total${series},event_type="backpressure_active"`,
    ),
  ).toBe(count('backpressure_active'));
  expect((await watch.get(`/aggregates/${DECIDE}`)).total).toMatchObject({
    active_events: count('backpressure_active'),
    recovery_events: count('recovery'),
  });
  expect((await watch.get(`/subjects/${DECIDE}/detail`)).recovery.recovered).toBe(true);
  expect(stack.router.log).toMatch(/"level":"warn"[^\n]*active/i);
  expect((await watch.get('/health')).healthy).toBe(true);
});

it('loses nothing of that story with its process', async () => {
  const before = await watch.get(`/events?subject=${DECIDE}`);
  const { total } = await watch.get(`/aggregates/${DECIDE}`);
  await stack.router.kill();

  const again = await AppProcess.start('router', {
    NATS_URL: stack.nats.url,
    POLICIES_DIR: EXAMPLE_POLICIES,
    ...ENV,
  });
  const watchAgain = new OverloadWatch(stack.nc, again);

  await eventually(async () => {
    expect(await watchAgain.get(`/events?subject=${DECIDE}`)).toEqual(before);
    expect((await watchAgain.get(`/aggregates/${DECIDE}`)).total).toEqual(total);
  });
  expect((await watchAgain.get(`/subjects/${DECIDE}/detail`)).recovery.recovered).toBe(true);
  await again.stop();
});

describe('a refusal', () => {
  let router: AppProcess;
  let strict: OverloadWatch;

  beforeAll(async () => {
    router = await AppProcess.start('router', {
      NATS_URL: stack.nats.url,
      POLICIES_DIR: EXAMPLE_POLICIES,
      OVERLOAD_MODE: 'strict',
    });
    strict = new OverloadWatch(stack.nc, router);
    for (const subject of [DECIDE, EXPLAIN]) {
      await strict.call('PUT', `/drills/${subject}`, {
        pending_messages: 1500,
        latency_p95_ms: 6000,
      });
    }
  });

  afterAll(async () => {
    await router.stop();
  });

  it('over NATS is JSON with the time to come back in its headers', async () => {
    const reply = await stack.nc.request(DECIDE, JSON.stringify(aRequest()), { timeout: 20_000 });

    expect(reply.json()).toMatchObject({
      ok: false,
      error: { code: 'service_overloaded', details: { reason: 'backpressure_active' } },
    });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('429');
    expect(reply.headers?.get('Retry-After-Ms')).toBe('30000');
    expect(reply.headers?.get('Overload-Retryable')).toBe('true');
  });

  it('over gRPC is RESOURCE_EXHAUSTED with details and pushback', async () => {
    const { code, metadata } = await grpcFailure(router);

    expect(code).toBe(8);
    expect(metadata.get('grpc-retry-pushback-ms')).toEqual(['30000']);
    const [details] = metadata.get('grpc-status-details-bin');
    expect(String(details)).toContain('google.rpc.RetryInfo');
    expect(String(details)).toContain('google.rpc.ErrorInfo');
    expect(metadata.get('endpoint-load-metrics-bin')).toHaveLength(1);
  });

  it('over HTTP is a problem with Retry-After', async () => {
    const response = await fetch(`${router.addresses.http}/api/v1/explain`, {
      method: 'POST',
      body: JSON.stringify(aRequest()),
    });

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 429,
      subject: EXPLAIN,
      reason: 'backpressure_active',
      retryable: true,
    });
  });

  it('is never the answer to questions about health, metrics, status and settings', async () => {
    const { http } = router.addresses;

    expect((await fetch(`${http}/health/ready`)).status).toBe(200);
    expect((await fetch(`${http}/metrics`)).status).toBe(200);
    expect((await strict.statusOverNats()).status).toBe('active');
    expect(await strict.get('/settings')).toHaveProperty('defaults');
  });
});

function grpcFailure({ addresses }: AppProcess): Promise<{ code: number; metadata: Metadata }> {
  const flow: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
  const client = new flow.beamline.flow.v1.Router(
    addresses.grpc ?? '',
    credentials.createInsecure(),
    // Else the client would wait as long as it is told, and ask again.
    { 'grpc.enable_retries': 0 },
  );
  const message = { message_id: 'm-1', tenant_id: 'acme', message_type: 'text.generate' };
  return new Promise((resolve) => {
    client.Decide({ message }, (error: any) => {
      client.close();
      resolve(error);
    });
  });
}
