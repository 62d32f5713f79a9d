import type {
  EdgeEvent,
  GatewayEvent,
  RouterOperation,
  RouterOutcome,
} from '@beamline/gateway-adapter/core';
import type { NatsEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, gauge } from './family.js';
import { gatewayEdgeMetrics } from './gateway-edge.metrics.js';
import { gatewayLoadMetrics } from './gateway-load.metrics.js';
import { LatencyHistogram } from './latency.js';

/** One observer per union of facts of a gateway. */
export interface GatewayMetrics {
  readonly gateway: Observer<GatewayEvent>;
  readonly edge: Observer<EdgeEvent>;
  readonly nats: Observer<NatsEvent>;
}

const OPERATIONS: readonly RouterOperation[] = ['decide', 'get_decision'];
// A record, so that a new outcome does not compile without its series.
const OUTCOMES: Readonly<Record<RouterOutcome, true>> = {
  decided: true,
  refused: true,
  no_responders: true,
  timeout: true,
  disconnected: true,
  connection_lost: true,
  in_flight_limit: true,
  request_too_large: true,
  oversize_reply: true,
  malformed_reply: true,
  closed: true,
};

/** Declares every metric of a gateway in `registry`. @throws Error when a registry is used twice. */
export function gatewayMetrics(registry: Registry): GatewayMetrics {
  return {
    gateway: requestMetrics(registry),
    edge: gatewayEdgeMetrics(registry),
    nats: connectionMetrics(registry),
  };
}

function requestMetrics(registry: Registry): Observer<GatewayEvent> {
  const observeHttp = httpMetrics(registry);
  const observeRouter = routerMetrics(registry);
  const observeLoad = gatewayLoadMetrics(registry);
  const lateReplies = counter(registry, {
    name: 'gateway_nats_late_replies_total',
    help: 'Answers of the router that came after their request had been given up.',
  }).cell();
  return (event) => {
    if (event.type === 'http-answered') observeHttp(event);
    else if (event.type === 'router-asked') observeRouter(event);
    else if (event.type === 'late-reply') lateReplies.value += 1;
    else observeLoad(event);
  };
}

function httpMetrics(
  registry: Registry,
): Observer<Extract<GatewayEvent, { type: 'http-answered' }>> {
  const requests = counter(registry, {
    name: 'gateway_http_requests_total',
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'],
  });
  const durations = new LatencyHistogram(registry, {
    name: 'gateway_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its response, by route.',
    labelNames: ['route'],
    unit: 'seconds',
  });
  return ({ route, status, durationMs }) => {
    requests.cell(route, String(status)).value += 1;
    durations.cell(route).observe(durationMs);
  };
}

function routerMetrics(
  registry: Registry,
): Observer<Extract<GatewayEvent, { type: 'router-asked' }>> {
  const requests = counter(registry, {
    name: 'gateway_nats_requests_total',
    help: 'Requests to the router, by operation and outcome.',
    labelNames: ['operation', 'outcome'],
  });
  for (const operation of OPERATIONS) {
    for (const outcome of Object.keys(OUTCOMES)) requests.cell(operation, outcome);
  }
  const durations = new LatencyHistogram(registry, {
    name: 'gateway_nats_request_duration_seconds',
    help: 'Time from a request to the router to its outcome, by operation.',
    labelNames: ['operation'],
    unit: 'seconds',
  });
  return ({ operation, outcome, durationMs }) => {
    requests.cell(operation, outcome).value += 1;
    durations.cell(operation).observe(durationMs);
  };
}

function connectionMetrics(registry: Registry): Observer<NatsEvent> {
  const connected = gauge(registry, {
    name: 'gateway_nats_connected',
    help: 'Connection to NATS: 1 up, 0 down.',
  }).cell();
  const lost = counter(registry, {
    name: 'gateway_nats_connection_lost_total',
    help: 'Lost connections to NATS.',
  }).cell();
  return ({ type }) => {
    if (type === 'connected' || type === 'reconnected') connected.value = 1;
    if (type === 'disconnected' || type === 'closed') connected.value = 0;
    if (type === 'disconnected') lost.value += 1;
  };
}
