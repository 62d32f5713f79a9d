import type { GatewayLoadEvent } from '@beamline/gateway-adapter/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, type Family, gauge } from './family.js';

type FactOf<Type extends GatewayLoadEvent['type']> = Extract<GatewayLoadEvent, { type: Type }>;
type Status = FactOf<'load-heard'>['effectiveStatus'];

const STATUS_VALUES: Readonly<Record<Status, number>> = {
  unknown: -1,
  inactive: 0,
  warning: 1,
  active: 2,
};

/** Counts what a gateway knows of the router's load and does about it. */
export function gatewayLoadMetrics(registry: Registry): Observer<GatewayLoadEvent> {
  const observeKnowledge = knowledgeMetrics(registry);
  const observeReaction = reactionMetrics(registry);
  return (event) => (isReaction(event) ? observeReaction(event) : observeKnowledge(event));
}

type Reaction = FactOf<
  | 'request-refused'
  | 'limit-started'
  | 'limit-ended'
  | 'breaker-opened'
  | 'breaker-closed'
  | 'retry-denied'
>;

// A record, so that a new reaction does not compile before it is counted.
const REACTIONS: Readonly<Record<Reaction['type'], true>> = {
  'request-refused': true,
  'limit-started': true,
  'limit-ended': true,
  'breaker-opened': true,
  'breaker-closed': true,
  'retry-denied': true,
};

function isReaction(event: GatewayLoadEvent): event is Reaction {
  return Object.hasOwn(REACTIONS, event.type);
}

function reactionMetrics(registry: Registry): Observer<Reaction> {
  const refused = counter(registry, {
    name: 'gateway_requests_refused_total',
    help: 'Requests refused to spare the router, by reason and criticality.',
    labelNames: ['reason', 'criticality'],
  });
  const limited = gauge(registry, {
    name: 'gateway_limited',
    help: '1 while no more is sent than the router takes, else 0.',
  }).cell();
  const breaker = gauge(registry, {
    name: 'gateway_breaker_open',
    help: '1 while only probes are sent to the router, else 0.',
  }).cell();
  const opened = counter(registry, {
    name: 'gateway_breaker_opened_total',
    help: 'How often the breaker towards the router opened.',
  }).cell();
  const denied = counter(registry, {
    name: 'gateway_retries_denied_total',
    help: 'Retries of the gateway that it did not send after all, by criticality.',
    labelNames: ['criticality'],
  });
  return (event) => {
    switch (event.type) {
      case 'request-refused':
        refused.cell(event.reason, event.criticality).value += 1;
        return undefined;
      case 'limit-started':
      case 'limit-ended':
        limited.value = event.type === 'limit-started' ? 1 : 0;
        return undefined;
      case 'breaker-opened':
        breaker.value = 1;
        opened.value += 1;
        return undefined;
      case 'breaker-closed':
        breaker.value = 0;
        return undefined;
      case 'retry-denied':
        denied.cell(event.criticality).value += 1;
        return undefined;
      default:
        return assertNever(event);
    }
  };
}

type Knowledge = Exclude<GatewayLoadEvent, Reaction>;

function knowledgeMetrics(registry: Registry): Observer<Knowledge> {
  const { heard, refused, polls, webhooks } = knowledgeCounters(registry);
  const unreadable = counter(registry, {
    name: 'gateway_pushes_unreadable_total',
    help: 'Pushes over NATS that are no notification of their subject.',
  }).cell();
  const status = gauge(registry, {
    name: 'gateway_router_status',
    help: 'Effective status of the router as heard last: 0 inactive, 1 warning, 2 active, -1 not known.',
  }).cell();
  status.value = STATUS_VALUES.unknown;
  const pushed = gauge(registry, {
    name: 'gateway_pushes_heard',
    help: '1 while a push of the router is believed, else 0.',
  }).cell();
  return (event) => {
    switch (event.type) {
      case 'load-heard':
        heard.cell(event.source, event.status).value += 1;
        status.value = STATUS_VALUES[event.effectiveStatus];
        return undefined;
      case 'load-refused':
        refused.cell(event.source, event.reason).value += 1;
        return undefined;
      case 'pushes-lost':
        pushed.value = 0;
        status.value = STATUS_VALUES.unknown;
        return undefined;
      case 'pushes-heard':
        pushed.value = 1;
        return undefined;
      case 'poll-answered':
        polls.cell(event.outcome).value += 1;
        return undefined;
      case 'push-unreadable':
        unreadable.value += 1;
        return undefined;
      case 'webhook-received':
        webhooks.cell(event.outcome).value += 1;
        return undefined;
      default:
        return assertNever(event);
    }
  };
}

function knowledgeCounters(
  registry: Registry,
): Readonly<Record<'heard' | 'refused' | 'polls' | 'webhooks', Family>> {
  return {
    heard: counter(registry, {
      name: 'gateway_loads_heard_total',
      help: "Loads of the router that are believed, by how they came and the router's status.",
      labelNames: ['source', 'status'],
    }),
    refused: counter(registry, {
      name: 'gateway_loads_refused_total',
      help: 'Loads that are not believed, by how they came and why.',
      labelNames: ['source', 'reason'],
    }),
    polls: counter(registry, {
      name: 'gateway_polls_total',
      help: "Questions for the router's status, by how they ended.",
      labelNames: ['outcome'],
    }),
    webhooks: counter(registry, {
      name: 'gateway_webhooks_received_total',
      help: 'Notifications that came over HTTP, by what became of them.',
      labelNames: ['outcome'],
    }),
  };
}
