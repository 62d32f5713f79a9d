import { metricsPageProblems } from '../index.js';
import {
  admissionWindow,
  aRouter,
  ASYNC,
  DECIDE,
  entry,
  evaluated,
  KNOWN,
} from './overload.fixtures.js';

it('has every metric of the contract before anything happened', async () => {
  const { page } = aRouter();

  const text = await page();

  expect(metricsPageProblems(text)).toEqual([]);
  for (const name of [
    'router_intake_backpressure_active gauge',
    'router_intake_backpressure_status gauge',
    'router_intake_backpressure_triggered_total counter',
    'router_intake_backpressure_rejections_total counter',
    'router_backpressure_events_total counter',
    'router_backpressure_recovery_total counter',
    'router_jetstream_pending_messages gauge',
    'router_jetstream_ack_pending_messages gauge',
    'router_intake_processing_latency_seconds histogram',
    'router_intake_processing_latency_p50 gauge',
    'router_intake_processing_latency_p95 gauge',
    'router_intake_processing_latency_p99 gauge',
    'router_intake_inflight_messages gauge',
    'router_intake_inflight_messages_max gauge',
    'router_intake_jetstream_query_total counter',
    'router_intake_p95_calculation_total counter',
  ]) {
    expect(text).toContain(`# TYPE ${name}\n`);
  }
});

it('shows the decide subject as the first sample of the metric that gateways poll, whoever came first', async () => {
  const { observe, page } = aRouter();
  observe(evaluated('somebody.else', 'active'));
  observe(evaluated(ASYNC, 'active'));
  observe(evaluated(DECIDE, 'active'));

  const first = (await page())
    .split('\n')
    .find((line) => line.startsWith('router_intake_backpressure_active'));

  expect(first).toBe(`router_intake_backpressure_active{subject="${DECIDE}"} 1`);
});

it('shows status and signals of a subject as they were found last', async () => {
  const { observe, page } = aRouter();
  observe(evaluated(DECIDE, 'active'));
  const active = await page();
  observe(evaluated(DECIDE, 'warning'));
  const warning = await page();

  expect(active).toContain(`router_intake_backpressure_active{subject="${DECIDE}"} 1`);
  expect(active).toContain(`router_intake_processing_latency_p50{subject="${DECIDE}"} 20`);
  expect(active).toContain(`router_intake_processing_latency_p95{subject="${DECIDE}"} 6000`);
  expect(active).toContain(`router_intake_processing_latency_p99{subject="${DECIDE}"} 7000`);
  expect(warning).toContain(`router_intake_backpressure_active{subject="${DECIDE}"} 0`);
});

it('counts subjects by their status', async () => {
  const { observe, page } = aRouter();
  expect(await page()).toContain('router_intake_backpressure_status{status="active"} 0');

  observe(evaluated(DECIDE, 'active'));
  observe(evaluated(ASYNC, 'warning'));
  observe(evaluated('a', 'active'));
  observe(evaluated('a', 'inactive'));

  const text = await page();
  expect(text).toContain('router_intake_backpressure_status{status="active"} 1');
  expect(text).toContain('router_intake_backpressure_status{status="warning"} 1');
  expect(text).toContain('router_intake_backpressure_status{status="inactive"} 1');
});

it('shows nothing of a subject any more that is forgotten', async () => {
  const { observe, page } = aRouter();
  observe(evaluated(DECIDE, 'inactive'));
  observe(evaluated('elsewhere', 'active'));

  observe({ type: 'subject-forgotten', subject: 'elsewhere' });

  const text = await page();
  expect(text).toContain('router_intake_backpressure_active{subject="_other"} 0');
  expect(text).toContain('router_intake_backpressure_status{status="active"} 0');
  expect(text).toContain('router_intake_backpressure_status{status="inactive"} 1');
  expect(text).toContain('router_jetstream_pending_messages{subject="_other",consumer="none"} 0');
});

it('says which signals are not known', async () => {
  const { observe, page } = aRouter();
  const sources = { ...KNOWN, pendingMessages: 'unknown' } as const;
  observe({ ...evaluated(DECIDE, 'inactive'), sources });
  const change = { type: 'signal-source-changed', subject: DECIDE, detail: '' } as const;
  observe({ ...change, signal: 'pendingMessages', from: 'measured', to: 'unknown' });

  const text = await page();
  const known = `router_overload_signal_known{subject="${DECIDE}",signal=`;
  expect(text).toContain(`${known}"pending_messages"} 0`);
  expect(text).toContain(`${known}"latency_p95_ms"} 1`);
  expect(text).toContain(`${known}"inflight_messages"} 1`);
  expect(text).toContain(
    'router_overload_signal_source_changes_total{signal="pending_messages",source="unknown"} 1',
  );
});

it('shows the depth of a queue under the name of its consumer as soon as that is known', async () => {
  const { observe, page } = aRouter();
  const depth = 'router_jetstream_pending_messages';
  observe(evaluated(DECIDE, 'inactive'));
  expect(await page()).toContain(`${depth}{subject="${DECIDE}",consumer="none"} 1500`);

  observe({ type: 'consumer-queried', subject: DECIDE, consumer: 'decide', error: 'none' });
  observe({ ...evaluated(DECIDE, 'inactive'), ackPending: 7 });

  const text = await page();
  expect(text).toContain(`${depth}{subject="${DECIDE}",consumer="decide"} 1500`);
  expect(text).not.toContain('consumer="none"');
  expect(text).toContain(
    `router_jetstream_ack_pending_messages{subject="${DECIDE}",consumer="decide"} 7`,
  );
  expect(text).toContain(
    `router_intake_jetstream_query_total{method="real_time",subject="${DECIDE}",error="none"} 1`,
  );
});

it('does not show a consumer that cannot be asked as an empty one', async () => {
  const { observe, page } = aRouter();
  observe({ type: 'consumer-queried', subject: DECIDE, consumer: 'decide', error: 'none' });
  observe({ ...evaluated(DECIDE, 'inactive'), ackPending: 7 });
  observe({ type: 'consumer-queried', subject: DECIDE, consumer: 'decide', error: 'not_found' });
  observe(evaluated(DECIDE, 'inactive'));

  const text = await page();
  expect(text).toContain(
    `router_jetstream_ack_pending_messages{subject="${DECIDE}",consumer="decide"} Nan`,
  );
  expect(text).toContain(`subject="${DECIDE}",error="not_found"} 1`);
  expect(metricsPageProblems(text)).toEqual([]);
});

it('counts where the p95 was found', async () => {
  const { observe, page } = aRouter();
  observe(evaluated(DECIDE, 'inactive'));
  observe({ type: 'p95-calculated', subject: DECIDE, source: 'prometheus' });
  observe({ type: 'p95-calculated', subject: DECIDE, source: 'unknown', error: 'some text' });

  const text = await page();
  const p95 = 'router_intake_p95_calculation_total';
  expect(text).toContain(`${p95}{method="measured",subject="${DECIDE}",error="none"} 1`);
  expect(text).toContain(`${p95}{method="prometheus_query",subject="${DECIDE}",error="none"} 1`);
  expect(text).toContain(`${p95}{method="prometheus_query",subject="${DECIDE}",error="failed"} 1`);
});

it('counts what happened to a subject', async () => {
  const { observe, page } = aRouter();
  for (const type of ['backpressure_active', 'recovery', 'backpressure_warning'] as const) {
    observe(entry(type));
  }

  const text = await page();
  const events = `router_backpressure_events_total{subject="${DECIDE}",event_type=`;
  expect(text).toContain(`${events}"backpressure_active"} 1`);
  expect(text).toContain(`${events}"backpressure_warning"} 1`);
  expect(text).toContain(`${events}"recovery"} 1`);
  expect(text).toContain(`${events}"shedding_started"} 0`);
  expect(text).toContain(`router_backpressure_recovery_total{subject="${DECIDE}"} 1`);
  expect(text).toContain(
    `router_intake_backpressure_triggered_total{subject="${DECIDE}",trigger="overload"} 1`,
  );
});

it('counts alerts, and what of the history was lost', async () => {
  const { observe, page } = aRouter();
  const alert = { alertName: 'RouterBackpressureActive', severity: 'warning' } as const;
  const { signals } = evaluated(DECIDE, 'active');
  const about = { subject: DECIDE, message: '', signals, atMs: 0 };
  observe({ type: 'alert', alert: { ...alert, ...about, state: 'raised' } });
  observe({ type: 'history-lost', count: 4 });

  const text = await page();
  const alerts = 'router_overload_alerts_total{alert_name="RouterBackpressureActive",state=';
  expect(text).toContain(`${alerts}"raised"} 1`);
  expect(text).toContain(`${alerts}"resolved"} 0`);
  expect(text).toContain('router_overload_history_lost_total 4');
});

it('shows who shares the status', async () => {
  const { observe, page } = aRouter();
  expect(await page()).toContain('router_overload_replicas 1');
  observe({ type: 'replica-joined', replica: 'b' });
  observe({ type: 'replica-joined', replica: 'b' });
  observe({ type: 'leader-changed', replica: 'a', isSelf: true });
  observe({ type: 'report-refused', replica: 'x', problem: 'y' });
  observe({ type: 'settings-applied', subject: DECIDE, revision: 1 });
  observe({ type: 'settings-refused', subject: DECIDE, revision: 2, problems: ['z'] });

  const text = await page();
  expect(text).toContain('router_overload_replicas 2');
  expect(text).toContain('router_overload_leader 1');
  expect(text).toContain('router_overload_reports_refused_total 1');
  expect(text).toContain('router_overload_settings_total{outcome="applied"} 1');
  expect(text).toContain('router_overload_settings_total{outcome="refused"} 1');
  observe({ type: 'replica-lost', replica: 'b' });
  observe({ type: 'leader-changed', replica: 'b', isSelf: false });
  expect(await page()).toContain('router_overload_replicas 1');
  expect(await page()).toContain('router_overload_leader 0');
});

it('counts an inflight peak until the process ends', async () => {
  const { metrics, page } = aRouter();
  for (const messages of [3, 9, 2]) {
    metrics.intake({ type: 'inflight', subject: DECIDE, messages });
  }

  expect(await page()).toContain(`router_intake_inflight_messages_max{subject="${DECIDE}"} 9`);
});

it('stays bounded, whatever subjects and consumers come', async () => {
  const { observe, page } = aRouter();
  const before = (await page()).length;

  for (let index = 0; index < 3_000; index += 1) {
    const subject = `made.up.${index}`;
    observe(evaluated(subject, 'active'));
    observe({ ...admissionWindow('proportional'), subject });
    observe({ type: 'consumer-queried', subject, consumer: `c${index}`, error: 'timeout' });
    observe({ type: 'consumer-queried', subject: DECIDE, consumer: `c${index}`, error: 'none' });
    observe({ type: 'p95-calculated', subject, source: 'unknown', error: `e${index}` });
    observe({ type: 'replica-joined', replica: `r${index}` });
    observe(entry('recovery', subject));
  }

  const text = await page();
  expect(text.length - before).toBeLessThan(10_000);
  expect(text).not.toContain('made.up');
  expect(metricsPageProblems(text)).toEqual([]);
});
