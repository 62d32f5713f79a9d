import type { EdgeEvent } from '@beamline/gateway-adapter/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, type Family, gauge } from './family.js';
import { LatencyHistogram } from './latency.js';

/** Counts whom a gateway lets in, and what becomes of messages. */
export function gatewayEdgeMetrics(registry: Registry): Observer<EdgeEvent> {
  const families = familiesOf(registry);
  const { callers, limited, blocked, published, answered, closed, refused } = families;
  const open = gauge(registry, {
    name: 'gateway_streams_open',
    help: 'Event streams that are open.',
  }).cell();
  const storing = new LatencyHistogram(registry, {
    name: 'gateway_message_publish_duration_seconds',
    help: 'Time until the stream had a message, or until that was given up.',
    unit: 'seconds',
  }).cell();
  return (event) => {
    switch (event.type) {
      case 'caller-refused':
        return count(callers, event.reason);
      case 'rate-limited':
        return count(limited, event.family);
      case 'address-blocked':
        return count(blocked);
      case 'message-published':
        storing.observe(event.durationMs);
        return count(published, event.outcome);
      case 'message-answered':
        return count(answered, event.outcome);
      case 'stream-opened':
        open.value += 1;
        return undefined;
      case 'stream-closed':
        open.value -= 1;
        return count(closed, event.reason);
      case 'stream-refused':
        return count(refused, event.reason);
      default:
        return assertNever(event);
    }
  };
}

function count(family: Family, ...labels: readonly string[]): void {
  family.cell(...labels).value += 1;
}

const FAMILIES = {
  callers: [
    'gateway_callers_refused_total',
    'Requests refused for who makes them, by reason.',
    'reason',
  ],
  limited: [
    'gateway_rate_limit_exceeded_total',
    'Requests over the limit of their tenant, by family.',
    'family',
  ],
  blocked: ['gateway_abuse_blocked_total', 'Addresses blocked for trying out keys.'],
  published: [
    'gateway_messages_published_total',
    'Messages taken for the router, by outcome.',
    'outcome',
  ],
  answered: ['gateway_messages_answered_total', 'Answers to messages, by outcome.', 'outcome'],
  closed: ['gateway_streams_closed_total', 'Event streams that ended, by reason.', 'reason'],
  refused: ['gateway_streams_refused_total', 'Event streams not opened, by whose bound.', 'reason'],
} as const;

function familiesOf(registry: Registry): Readonly<Record<keyof typeof FAMILIES, Family>> {
  const declare = ([name, help, label]: readonly [string, string, string?]): Family =>
    counter(registry, { name, help, labelNames: label === undefined ? [] : [label] });
  return {
    callers: declare(FAMILIES.callers),
    limited: declare(FAMILIES.limited),
    blocked: declare(FAMILIES.blocked),
    published: declare(FAMILIES.published),
    answered: declare(FAMILIES.answered),
    closed: declare(FAMILIES.closed),
    refused: declare(FAMILIES.refused),
  };
}
