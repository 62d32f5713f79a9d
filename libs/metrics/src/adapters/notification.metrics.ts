import { assertNever, type Observer } from '@beamline/kernel';
import type { DeliveryFailure, NotificationEvent } from '@beamline/notifications/core';
import type { Registry } from 'prom-client';
import { counter, gauge } from './family.js';
import { LatencyHistogram } from './latency.js';
import {
  type DeliveryFact,
  isDeliveryFact,
  isPushFact,
  type PushFact,
  type RegistryFact,
} from './notification-groups.js';

/** Endpoints that get labels of their own, with three statuses each; the rest is `_other`. */
const MAX_ENDPOINTS = 1_000;
const STATUSES = ['active', 'warning', 'inactive'];
// A record, so that a new failure does not compile without its series.
const FAILURES: Readonly<Record<DeliveryFailure, true>> = {
  refused_address: true,
  unresolved: true,
  connection: true,
  tls: true,
  timeout: true,
  redirect: true,
  http_status: true,
  broken_answer: true,
  expired: true,
  too_large: true,
  unknown: true,
};

/** What gateways are told, by whom, and how it gets there. */
export function notificationMetrics(registry: Registry): Observer<NotificationEvent> {
  const observeRegistry = registryMetrics(registry);
  const observePushes = pushMetrics(registry);
  const observeDeliveries = deliveryMetrics(registry);
  return (event) => {
    if (isDeliveryFact(event)) observeDeliveries(event);
    else if (isPushFact(event)) observePushes(event);
    else observeRegistry(event);
  };
}

function registryMetrics(registry: Registry): Observer<RegistryFact> {
  const endpoints = gauge(registry, {
    name: 'router_gateway_endpoints',
    help: 'Endpoints of gateways that are told of overload by HTTP.',
  }).cell();
  const registered = counter(registry, {
    name: 'router_gateway_endpoint_registered_total',
    help: 'Endpoints that this replica has registered.',
    labelNames: ['endpoint_id'],
    maxSeries: MAX_ENDPOINTS,
  });
  const unregistered = counter(registry, {
    name: 'router_gateway_endpoint_unregistered_total',
    help: 'Endpoints that this replica has taken out.',
    labelNames: ['endpoint_id'],
    maxSeries: MAX_ENDPOINTS,
  });
  const refused = counter(registry, {
    name: 'router_gateway_registration_refused_total',
    help: 'Registrations and their removals that were refused, by reason.',
    labelNames: ['reason'],
  });
  const badEntries = counter(registry, {
    name: 'router_gateway_registry_entries_refused_total',
    help: 'Entries of the bucket of gateways that cannot be used.',
  }).cell();
  return (event) => {
    switch (event.type) {
      case 'endpoint-registered':
        registered.cell(event.endpointId).value += 1;
        return;
      case 'endpoint-unregistered':
        unregistered.cell(event.endpointId).value += 1;
        return;
      case 'registration-refused':
        refused.cell(event.reason).value += 1;
        return;
      case 'registry-entry-refused':
        badEntries.value += 1;
        return;
      case 'registry-size':
        endpoints.value = event.endpoints;
        return;
      case 'registry-state-changed':
        return;
      default:
        assertNever(event);
    }
  };
}

function pushMetrics(registry: Registry): Observer<PushFact> {
  const leads = gauge(registry, {
    name: 'router_gateway_notifier_leader',
    help: 'Whether this replica tells gateways of the load: 1 or 0.',
  }).cell();
  const pushes = counter(registry, {
    name: 'router_gateway_pushes_total',
    help: 'Notifications over NATS, by what became of them: transition and heartbeat went out, unsent did not.',
    labelNames: ['outcome'],
  });
  const transitions = pushes.cell('transition');
  const heartbeats = pushes.cell('heartbeat');
  const unsent = pushes.cell('unsent');
  const refused = counter(registry, {
    name: 'router_gateway_notifications_refused_total',
    help: 'What came as a notification of another replica and could not be read.',
  }).cell();
  return (event) => {
    switch (event.type) {
      case 'lead-taken':
        leads.value = 1;
        return;
      case 'lead-lost':
        leads.value = 0;
        return;
      case 'notification-published':
        (event.isTransition ? transitions : heartbeats).value += 1;
        return;
      case 'notification-unsent':
        unsent.value += 1;
        return;
      case 'notification-refused':
        refused.value += 1;
        return;
      default:
        assertNever(event);
    }
  };
}

function deliveryMetrics(registry: Registry): Observer<DeliveryFact> {
  const notifications = counter(registry, {
    name: 'router_gateway_backpressure_notification_total',
    help: 'Notifications to endpoints of gateways that were delivered or given up, by the id of the endpoint and the status told.',
    labelNames: ['gateway_endpoint', 'status'],
    maxSeries: MAX_ENDPOINTS * STATUSES.length,
  });
  const failures = counter(registry, {
    name: 'router_gateway_notification_failures_total',
    help: 'Those of them that were given up, by reason.',
    labelNames: ['reason'],
  });
  for (const reason of Object.keys(FAILURES)) failures.cell(reason);
  const superseded = counter(registry, {
    name: 'router_gateway_notification_superseded_total',
    help: 'Notifications to endpoints in whose place a newer one of the same subject was sent.',
  }).cell();
  const attempts = counter(registry, {
    name: 'router_gateway_notification_attempts_total',
    help: 'Attempts that those took that were delivered or given up.',
  }).cell();
  const durations = new LatencyHistogram(registry, {
    name: 'router_gateway_notification_duration_seconds',
    help: 'Time from the first attempt to the end, by outcome: delivered or failed.',
    labelNames: ['outcome'],
    unit: 'seconds',
  });
  const delivered = durations.cell('delivered');
  const failed = durations.cell('failed');
  return (event) => {
    if (event.type === 'notification-superseded') {
      superseded.value += 1;
      return;
    }
    notifications.cell(event.endpointId, event.status).value += 1;
    attempts.value += event.attempts;
    if (event.type === 'notification-failed') failures.cell(event.failure).value += 1;
    (event.type === 'notification-failed' ? failed : delivered).observe(event.durationMs);
  };
}
