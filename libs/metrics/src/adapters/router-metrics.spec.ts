import { metricsPageProblems, Registry, routerMetrics } from '../index.js';

const DECIDE = 'beamline.router.v1.decide';
const ASYNC = 'beamline.router.v1.decide.async';

it('has HELP and TYPE for every metric before anything happened', async () => {
  const { page } = aRouter();

  const text = await page();

  expect(metricsPageProblems(text)).toEqual([]);
  expect(text.match(/^# TYPE /gm)?.length).toBeGreaterThan(40);
});

it('shows closed sets of labels at zero from the start', async () => {
  const { page } = aRouter();

  const text = await page();

  expect(text).toContain('router_grpc_requests_total{method="decide",status="success"} 0');
  expect(text).toContain('router_requests_total{door="nats",status="policy_not_found"} 0');
  expect(text).toContain(`router_intake_messages_total{subject="${DECIDE}",status="success"} 0`);
  expect(text).toContain('router_nats_connection_status{state="disconnected"} 0');
});

it('counts a decision under its tenant, policy and reason', async () => {
  const { metrics, page } = aRouter();
  metrics.policy(loaded('acme', 'default'));

  metrics.decide(decided('acme', 'default'));
  metrics.decide(decided('acme', 'default'));

  expect(await page()).toContain(
    'router_policy_decisions_total{tenant_id="acme",policy_id="default",reason="weighted"} 2',
  );
});

it('gives no label to a tenant that the store does not know', async () => {
  const { metrics, page } = aRouter();

  for (let tenant = 0; tenant < 1000; tenant += 1) {
    metrics.decide(decided(`made-up-${tenant}`, 'p'));
    metrics.policy({ type: 'policy-lookup', hit: false, tenantId: `made-up-${tenant}` });
  }

  const text = await page();
  expect(text).not.toContain('made-up');
  expect(text).toContain('router_policy_store_cache_misses_total{tenant_id="_other"} 1000');
});

it('gives labels to no more policies than allowed', async () => {
  const { metrics, page } = aRouter({ maxPolicies: 2 });

  for (const tenant of ['a', 'b', 'c']) {
    metrics.policy(loaded(tenant, 'p'));
    metrics.decide(decided(tenant, 'p'));
  }

  const text = await page();
  expect(text).toContain('{tenant_id="b",policy_id="p",reason="weighted"} 1');
  expect(text).toContain('{tenant_id="_other",policy_id="_other",reason="weighted"} 1');
  expect(text).not.toContain('tenant_id="c"');
});

it('stays bounded when texts that should be codes come from outside', async () => {
  const { metrics, page } = aRouter();
  const before = (await page()).length;

  for (let code = 0; code < 5000; code += 1) {
    metrics.intake({ type: 'rejected', subject: `s.${code}`, errorCode: `CODE_${code}` });
    metrics.intake({ type: 'dead-lettered', subject: DECIDE, reason: `r${code}`, errorCode: 'X' });
    metrics.decide({ type: 'request-answered', door: 'nats', status: `s${code}`, durationMs: 1 });
  }

  expect((await page()).length - before).toBeLessThan(50_000);
  expect(metricsPageProblems(await page())).toEqual([]);
});

it('counts a subject below a known one under the known one', async () => {
  const { metrics, page } = aRouter();

  metrics.intake({ type: 'settled', subject: `${ASYNC}.acme`, status: 'success', durationMs: 2 });
  metrics.intake({ type: 'settled', subject: 'foreign', status: 'success', durationMs: 2 });

  const text = await page();
  expect(text).toContain(`router_intake_messages_total{subject="${ASYNC}",status="success"} 1`);
  expect(text).toContain('router_intake_messages_total{subject="_other",status="success"} 1');
});

it('puts durations into cumulated buckets in the unit of the metric', async () => {
  const { metrics, page } = aRouter();
  const answered = { type: 'request-answered', door: 'grpc', status: 'success' } as const;

  for (const durationMs of [0.0005, 0.9, 1, 150, 60_000])
    metrics.decide({ ...answered, durationMs });

  const text = await page();
  const bucket = (le: string) =>
    `router_grpc_request_duration_seconds_bucket{method="decide",le="${le}"}`;
  expect(text).toContain(`${bucket('0.000001')} 1`);
  expect(text).toContain(`${bucket('0.001')} 3`);
  expect(text).toContain(`${bucket('0.2')} 4`);
  expect(text).toContain(`${bucket('5')} 4`);
  expect(text).toContain(`${bucket('+Inf')} 5`);
  expect(text).toContain('router_grpc_request_duration_seconds_count{method="decide"} 5');
});

it('a duration that is no number is left out', async () => {
  const { metrics, page } = aRouter();

  metrics.decide({
    type: 'request-answered',
    door: 'grpc',
    status: 'success',
    durationMs: Number.NaN,
  });

  expect(await page()).toContain('router_grpc_request_duration_seconds_count{method="decide"} 0');
});

it('shows one state of the connection at a time', async () => {
  const { metrics, page } = aRouter();
  const stateOf = async () => (await page()).match(/^router_nats_connection_status\{.*$/gm);

  metrics.nats({ type: 'connected' });
  expect(await stateOf()).toEqual(['router_nats_connection_status{state="connected"} 1']);

  metrics.nats({ type: 'reconnecting' });
  expect(await stateOf()).toEqual(['router_nats_connection_status{state="reconnecting"} 0.5']);
});

it('counts a failed attempt to connect as one to come back only after a first connection', async () => {
  const { metrics, page } = aRouter();
  metrics.nats({ type: 'connect-failed', reason: 'timeout' });
  metrics.nats({ type: 'connected' });
  metrics.nats({ type: 'connect-failed', reason: 'timeout' });

  const text = await page();

  expect(text).toContain('router_nats_connect_failures_total{reason="timeout"} 2');
  expect(text).toContain('router_nats_reconnect_failures_total{reason="timeout"} 1');
});

function aRouter({ maxPolicies = 200 } = {}) {
  const registry = new Registry();
  const metrics = routerMetrics(registry, { maxPolicies, subjects: [DECIDE, ASYNC] });
  return { metrics, page: () => registry.metrics() };
}

function loaded(tenantId: string, policyId: string) {
  return { type: 'policy-loaded', tenantId, policyId, source: 'kv', durationMs: 1 } as const;
}

function decided(tenantId: string, policyId: string) {
  const facts = { door: 'nats', reason: 'weighted', durationMs: 0.002 } as const;
  return { type: 'decided', tenantId, policyId, ...facts } as const;
}
