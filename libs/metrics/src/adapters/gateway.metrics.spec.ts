import type { EdgeEvent, GatewayEvent } from '@beamline/gateway-adapter/core';
import { FakeClock } from '@beamline/testing';
import {
  createLogger,
  gatewayMetrics,
  logGatewayEvents,
  metricsPageProblems,
  Registry,
} from '../index.js';

const LOADS: readonly GatewayEvent[] = [
  { type: 'request-refused', reason: 'credit', criticality: 'default' },
  {
    type: 'load-heard',
    source: 'push',
    status: 'active',
    effectiveStatus: 'active',
    changed: true,
  },
  {
    type: 'load-heard',
    source: 'push',
    status: 'inactive',
    effectiveStatus: 'warning',
    changed: true,
  },
  { type: 'load-refused', source: 'webhook', reason: 'replayed' },
  { type: 'pushes-heard' },
  { type: 'limit-started', perSecond: 100 },
  { type: 'breaker-opened' },
  { type: 'poll-answered', outcome: 'unanswered', durationMs: 1000 },
  { type: 'push-unreadable' },
  { type: 'webhook-received', outcome: 'forged' },
  { type: 'retry-denied', reason: 'retry_budget', criticality: 'sheddable' },
];
const EDGE: readonly EdgeEvent[] = [
  { type: 'caller-refused', reason: 'role' },
  { type: 'rate-limited', family: 'decide' },
  { type: 'address-blocked' },
  { type: 'message-published', outcome: 'accepted', durationMs: 2 },
  { type: 'message-answered', outcome: 'failed' },
  { type: 'stream-opened' },
  { type: 'stream-opened' },
  { type: 'stream-closed', reason: 'slow' },
  { type: 'stream-refused', reason: 'tenant' },
];

const aGateway = () => {
  const registry = new Registry();
  const { gateway, edge } = gatewayMetrics(registry);
  for (const event of LOADS) gateway(event);
  for (const event of EDGE) edge(event);
  return { gateway, page: () => registry.metrics() };
};

it('counts what is known of the router, what is done about it, and who was let in', async () => {
  const page = await aGateway().page();

  for (const sample of [
    'gateway_requests_refused_total{reason="credit",criticality="default"} 1',
    'gateway_loads_heard_total{source="push",status="active"} 1',
    'gateway_loads_refused_total{source="webhook",reason="replayed"} 1',
    'gateway_router_status 1',
    'gateway_pushes_heard 1',
    'gateway_limited 1',
    'gateway_breaker_open 1',
    'gateway_breaker_opened_total 1',
    'gateway_polls_total{outcome="unanswered"} 1',
    'gateway_pushes_unreadable_total 1',
    'gateway_webhooks_received_total{outcome="forged"} 1',
    'gateway_retries_denied_total{criticality="sheddable"} 1',
    'gateway_callers_refused_total{reason="role"} 1',
    'gateway_rate_limit_exceeded_total{family="decide"} 1',
    'gateway_abuse_blocked_total 1',
    'gateway_messages_published_total{outcome="accepted"} 1',
    'gateway_message_publish_duration_seconds_count 1',
    'gateway_messages_answered_total{outcome="failed"} 1',
    'gateway_streams_open 1',
    'gateway_streams_closed_total{reason="slow"} 1',
    'gateway_streams_refused_total{reason="tenant"} 1',
  ]) {
    expect(page).toContain(`\n${sample}\n`);
  }
  expect(metricsPageProblems(page)).toEqual([]);
});

it('does not know the status of a router that went silent', async () => {
  const { gateway, page } = aGateway();
  gateway({ type: 'pushes-lost' });
  gateway({ type: 'limit-ended' });
  gateway({ type: 'breaker-closed', reason: 'expired' });

  const text = await page();
  expect(text).toContain('\ngateway_router_status -1\n');
  expect(text).toContain('\ngateway_limited 0\n');
  expect(text).toContain('\ngateway_breaker_open 0\n');
});

it('logs changes, once in ten seconds each, and nothing that happens all the time', () => {
  const written: string[] = [];
  const sink = { write: (line: string) => void written.push(line), close: () => Promise.resolve() };
  const logger = createLogger({ logLevel: 'debug' }, [sink]);
  const observe = logGatewayEvents(logger, new FakeClock());
  for (const event of [...LOADS, ...LOADS, ...EDGE]) observe(event);

  expect(written.map((line) => JSON.parse(line).message)).toEqual([
    'the router is active',
    'the router is warning',
    'the router pushes its load',
    'no more is sent than the router takes',
    'the router was active too long: only probes are sent',
    'a push of the router could not be read',
    'a notification was not taken: forged',
    'an address is blocked: it tried out keys',
  ]);
});
