import type { NatsEvent, NatsFailure } from '@beamline/jetstream/core';
import { assertNever, type Observer } from '@beamline/kernel';
import { Gauge, type Registry } from 'prom-client';
import { type Cell, counter, gauge } from './family.js';
import { LatencyHistogram } from './latency.js';

const CONNECTION_TYPES = [
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'connect-failed',
  'closed',
] as const;

type ConnectionEvent = Extract<NatsEvent, { type: (typeof CONNECTION_TYPES)[number] }>;
type PublishEvent = Exclude<NatsEvent, ConnectionEvent>;

const FAILURES: readonly NatsFailure[] = [
  'timeout',
  'connection',
  'nack',
  'broker_error',
  'no_stream',
  'wrong_sequence',
  'window_full',
  'unknown',
];

/** Every metric of the connection to NATS and of publishing is born here. */
export function natsMetrics(registry: Registry): Observer<NatsEvent> {
  const observeConnection = connectionMetrics(registry);
  const observePublish = publishMetrics(registry);
  return (event) => {
    if (isAboutConnection(event)) observeConnection(event);
    else observePublish(event);
  };
}

function isAboutConnection(event: NatsEvent): event is ConnectionEvent {
  return CONNECTION_TYPES.some((type) => type === event.type);
}

function connectionMetrics(registry: Registry): Observer<ConnectionEvent> {
  const setStatus = connectionStatus(registry);
  const total = (name: string, help: string) => counter(registry, { name, help }).cell();
  const established = total('router_nats_connection_established_total', 'First connections.');
  const lost = total('router_nats_connection_lost_total', 'Lost connections.');
  const restored = total('router_nats_connection_restored_total', 'Connections that came back.');
  const attempts = total('router_nats_reconnect_attempts_total', 'Attempts to come back.');
  const failed = failureCells(registry, {
    name: 'router_nats_connect_failures_total',
    help: 'Attempts to connect that failed, by reason.',
  });
  let wasConnected = false;
  const reconnectFailed = failureCells(registry, {
    name: 'router_nats_reconnect_failures_total',
    help: 'Attempts to come back that failed, by reason.',
  });

  return (event) => {
    switch (event.type) {
      case 'connected':
        wasConnected = true;
        established.value += 1;
        return setStatus('connected');
      case 'reconnected':
        restored.value += 1;
        return setStatus('connected');
      case 'disconnected':
        lost.value += 1;
        return setStatus('disconnected');
      case 'reconnecting':
        attempts.value += 1;
        return setStatus('reconnecting');
      case 'connect-failed':
        failed(event.reason).value += 1;
        if (wasConnected) reconnectFailed(event.reason).value += 1;
        return undefined;
      case 'closed':
        return setStatus('disconnected');
      default:
        return assertNever(event);
    }
  };
}

const STATUS_VALUES = { connected: 1, reconnecting: 0.5, disconnected: 0 } as const;

/** One series at any time, its state in the label: an alert on `== 0` then means what it says. */
function connectionStatus(registry: Registry): (state: keyof typeof STATUS_VALUES) => void {
  const status = new Gauge({
    name: 'router_nats_connection_status',
    help: 'Connection to NATS: 1 connected, 0.5 reconnecting, 0 down.',
    labelNames: ['state'],
    registers: [registry],
  });
  const set = (state: keyof typeof STATUS_VALUES) => {
    status.reset();
    status.set({ state }, STATUS_VALUES[state]);
  };
  set('disconnected');
  return set;
}

function publishMetrics(registry: Registry): Observer<PublishEvent> {
  const total = (name: string, help: string) => counter(registry, { name, help }).cell();
  const published = total('router_nats_publish_total', 'Messages published without waiting.');
  const subscribed = total('router_nats_subscribe_total', 'Subscriptions made.');
  const restored = total(
    'router_nats_resources_restored_total',
    'Streams and buckets that were missing while running and were made anew.',
  );
  const pending = gauge(registry, {
    name: 'router_nats_pending_operations_count',
    help: 'Publishes that wait for their acknowledgement.',
  }).cell();
  const observeAck = ackMetrics(registry);
  const observeFailure = publishFailures(registry);
  const subscribeFailed = failureCells(registry, {
    name: 'router_nats_subscribe_failures_total',
    help: 'Subscriptions that failed, by reason.',
  });

  return (event) => {
    switch (event.type) {
      case 'published':
        published.value += 1;
        return undefined;
      case 'published-with-ack':
        return observeAck(event);
      case 'publish-failed':
        return observeFailure(event);
      case 'publish-window':
        pending.value = event.pending;
        return undefined;
      case 'subscribed':
        subscribed.value += 1;
        return undefined;
      case 'subscribe-failed':
        subscribeFailed(event.reason).value += 1;
        return undefined;
      case 'restored':
        restored.value += event.names.length;
        return undefined;
      default:
        return assertNever(event);
    }
  };
}

function ackMetrics(
  registry: Registry,
): Observer<Extract<PublishEvent, { type: 'published-with-ack' }>> {
  const acked = counter(registry, {
    name: 'router_nats_publish_with_ack_total',
    help: 'Messages published and acknowledged.',
  }).cell();
  const duplicates = counter(registry, {
    name: 'router_nats_publish_duplicates_total',
    help: 'Acknowledged publishes that the server knew already.',
  }).cell();
  const latency = new LatencyHistogram(registry, {
    name: 'router_nats_publish_latency_seconds',
    help: 'Time from a publish to its acknowledgement.',
    unit: 'seconds',
  }).cell();
  return ({ duplicate, durationMs }) => {
    acked.value += 1;
    if (duplicate) duplicates.value += 1;
    latency.observe(durationMs);
  };
}

function publishFailures(
  registry: Registry,
): Observer<Extract<PublishEvent, { type: 'publish-failed' }>> {
  const labelNames = ['reason', 'stream'];
  const plain = counter(registry, {
    name: 'router_nats_publish_failures_total',
    help: 'Publishes that failed, by reason and stream.',
    labelNames,
  });
  const withAck = counter(registry, {
    name: 'router_nats_publish_with_ack_failures_total',
    help: 'Publishes that were not acknowledged, by reason and stream.',
    labelNames,
  });
  const dropped = counter(registry, {
    name: 'router_nats_pending_operations_dropped_total',
    help: 'Publishes refused because too many waited for their acknowledgement.',
  }).cell();
  return (event) => {
    const family = event.withAck ? withAck : plain;
    family.cell(event.reason, event.stream).value += 1;
    if (event.reason === 'window_full') dropped.value += 1;
  };
}

function failureCells(
  registry: Registry,
  options: { readonly name: string; readonly help: string },
): (reason: NatsFailure) => Cell {
  const family = counter(registry, { ...options, labelNames: ['reason'], maxSeries: 16 });
  for (const reason of FAILURES) family.cell(reason);
  return (reason) => family.cell(reason);
}
