import type { NotificationEvent } from '@beamline/notifications/core';
import { metricsPageProblems, Registry, routerMetrics } from '../index.js';

const DELIVERED = {
  type: 'notification-delivered',
  endpointId: 'AbC/+1',
  status: 'active',
  attempts: 2,
  durationMs: 30,
} as const;
const FAILED = {
  ...DELIVERED,
  type: 'notification-failed',
  failure: 'timeout',
  httpStatus: undefined,
  detail: 'no whole answer within 2000 ms',
} as const;

function aRouter() {
  const registry = new Registry();
  const { notifications: observe } = routerMetrics(registry, { subjects: ['s'] });
  return { observe, page: () => registry.metrics() };
}

it('counts what endpoints were told by endpoint and status, whether it got there or not', async () => {
  const { observe, page } = aRouter();

  observe(DELIVERED);
  observe(FAILED);
  observe({ ...DELIVERED, status: 'inactive' });

  const text = await page();
  const name = 'router_gateway_backpressure_notification_total';
  expect(text).toContain(`${name}{gateway_endpoint="AbC/+1",status="active"} 2`);
  expect(text).toContain(`${name}{gateway_endpoint="AbC/+1",status="inactive"} 1`);
  expect(text).toContain('router_gateway_notification_failures_total{reason="timeout"} 1');
  expect(text).toContain('router_gateway_notification_failures_total{reason="tls"} 0');
  expect(text).toContain('router_gateway_notification_attempts_total 6');
  expect(text).toContain(
    'router_gateway_notification_duration_seconds_count{outcome="delivered"} 2',
  );
});

it.each<[NotificationEvent, string]>([
  [
    { type: 'endpoint-registered', endpointId: 'e', source: 'api' },
    'router_gateway_endpoint_registered_total{endpoint_id="e"} 1',
  ],
  [
    { type: 'endpoint-unregistered', endpointId: 'e' },
    'router_gateway_endpoint_unregistered_total{endpoint_id="e"} 1',
  ],
  [{ type: 'registry-size', endpoints: 7 }, 'router_gateway_endpoints 7'],
  [
    { type: 'registration-refused', reason: 'too_many_endpoints' },
    'router_gateway_registration_refused_total{reason="too_many_endpoints"} 1',
  ],
  [
    { type: 'registry-entry-refused', key: 'k', problem: 'p' },
    'router_gateway_registry_entries_refused_total 1',
  ],
  [{ type: 'lead-taken', epoch: 1 }, 'router_gateway_notifier_leader 1'],
  [
    { type: 'notification-published', subject: 's', status: 'active', isTransition: true },
    'router_gateway_pushes_total{outcome="transition"} 1',
  ],
  [
    { type: 'notification-published', subject: 's', status: 'active', isTransition: false },
    'router_gateway_pushes_total{outcome="heartbeat"} 1',
  ],
  [
    { type: 'notification-unsent', subject: 's', status: 'active' },
    'router_gateway_pushes_total{outcome="unsent"} 1',
  ],
  [{ type: 'notification-refused', problem: 'p' }, 'router_gateway_notifications_refused_total 1'],
  [
    { type: 'notification-superseded', endpointId: 'e', status: 'active' },
    'router_gateway_notification_superseded_total 1',
  ],
])('shows %j as %s', async (event, line) => {
  const { observe, page } = aRouter();
  expect(await page()).not.toContain(line);

  observe(event);

  expect(await page()).toContain(line);
});

it('leads no more when another replica does', async () => {
  const { observe, page } = aRouter();

  observe({ type: 'lead-taken', epoch: 1 });
  observe({ type: 'lead-lost', epoch: 1 });

  expect(await page()).toContain('router_gateway_notifier_leader 0');
});

it('stays bounded however many endpoints come and go', async () => {
  const { observe, page } = aRouter();

  for (let n = 0; n < 5_000; n += 1) {
    observe({ type: 'endpoint-registered', endpointId: `e${n}`, source: 'api' });
    observe({ ...DELIVERED, endpointId: `e${n}` });
  }

  const text = await page();
  expect(text.length).toBeLessThan(1_000_000);
  expect(text).toContain('endpoint_id="_other"} 4000');
  expect(metricsPageProblems(text)).toEqual([]);
});
