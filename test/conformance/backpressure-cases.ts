import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { CONSUMERS, gatewayNotification, STREAMS } from '@beamline/contracts/core';
import { eventually } from '@beamline/testing';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { aRequest } from '../e2e/requests.js';
import type { Vector } from './vectors.js';
import type { Wire } from './wire-cases.js';

type Runner = (wire: Wire, vector: Vector) => Promise<unknown>;

const DECIDE = 'beamline.router.v1.decide';
const REJECTIONS = 'router_intake_backpressure_rejections_total';

/** Signals that lead to each status. */
const LOADS = {
  active: { pending_messages: 1500, latency_p95_ms: 6000 },
  warning: { pending_messages: 1500, latency_p95_ms: 100 },
  inactive: { pending_messages: 0, latency_p95_ms: 50 },
} as const;

/** How the cases of area `backpressure` are answered: in strict mode, with signals set as a drill of the running router. */
export const BACKPRESSURE_CASES: Readonly<Record<string, Runner>> = {
  'backpressure/latency_only': evaluate,
  'backpressure/inflight_only': evaluate,
  'backpressure/all_three': evaluate,
  'backpressure/pending_and_latency': evaluate,
  'backpressure/idle': evaluate,
  'backpressure/recovery': (wire, { given }) =>
    strictly(wire, async (router) => {
      const first = given.first;
      await router.drill({ pending_messages: first.pending, latency_p95_ms: first.latency_p95_ms });
      const before = await router.status();
      // A replica that has just started writes nothing down until it knows that it leads.
      await eventually(
        async () => expect((await router.get(`history/${DECIDE}`))[0]?.to).toBe(before.status),
        { timeoutMs: 10_000 },
      );
      const { pending, latency_p95_ms } = given.then;
      await router.drill({ pending_messages: pending, latency_p95_ms });
      const after = await router.status();
      const { recovery } = await router.get(`subjects/${DECIDE}/detail`);
      // oxlint-disable-next-line unicorn/no-thenable -- the case calls it so
      return { first: before.status, then: after.status, recovered: recovery.recovered };
    }),
  'backpressure/active_rejects_intake': (wire, { given, expect: expected }) =>
    strictly(wire, async (router) => {
      // Handed back is what had been asked for before: nothing is asked for while it is active.
      await eventually(() => isFetching(wire));
      await router.drill(LOADS.active);
      const naks = await nakCount(wire);
      const before = await rejections(wire);
      const replies = await submit(wire, given.msg_id);
      await eventually(async () => expect(await rejections(wire)).toBeGreaterThan(before));
      return {
        nak_reason: (await nakCount(wire)) === naks + 1 ? 'backpressure' : undefined,
        reply: replies[0] ?? null,
        metric: {
          ...expected.metric,
          subject: DECIDE,
          reason: 'backpressure_active',
          count: (await rejections(wire)) - before,
        },
      };
    }),
  'backpressure/warning_does_not_reject': (wire) => handedBackWhile(wire, 'warning'),
  'backpressure/inactive_does_not_reject': (wire) => handedBackWhile(wire, 'inactive'),
  'backpressure/status_document': (wire, { given, expect: expected }) =>
    strictly(wire, async (router) => {
      const { pending, latency_p95_ms } = given;
      await router.drill({ pending_messages: pending, latency_p95_ms });
      const document = await router.status();
      return {
        ...document,
        keys: expected.keys.filter((key: string) => key in document),
        metrics_keys: Object.keys(document.metrics),
      };
    }),
  'backpressure/notification_document': (wire, { given, expect: expected }) =>
    strictly(wire, async (router) => {
      await router.drill({ pending_messages: given.pending });
      const { subject, status, effective_status, metrics, policy, credit, timestamp } =
        await router.status();
      const notification = gatewayNotification(
        {
          subject,
          status,
          effectiveStatus: effective_status,
          signals: {
            pendingMessages: metrics.pending_messages,
            latencyP95Ms: metrics.latency_p95_ms,
            inflightMessages: metrics.inflight_messages,
          },
          policy: { retryAfterSeconds: policy.retry_after_seconds },
          creditPerSecond: credit,
          timestampMs: timestamp,
        },
        { epoch: timestamp, seq: 1, ttlMs: 3000 },
      );
      return {
        type: notification.type,
        keys: expected.keys.filter((key: string) => key in notification),
      };
    }),
};

interface StrictRouter {
  drill(signals: object): Promise<void>;
  status(): Promise<any>;
  get(path: string): Promise<any>;
}

/** Runs a case against the router in strict mode, and leaves it as it was. */
async function strictly<Answer>(
  wire: Wire,
  run: (router: StrictRouter) => Promise<Answer>,
): Promise<Answer> {
  const call = async (method: string, path: string, body?: object): Promise<any> => {
    const response = await fetch(
      `${wire.stack.router.addresses.http}/api/v1/backpressure/${path}`,
      { method, ...(body ? { body: JSON.stringify(body) } : {}) },
    );
    const answer: any = await response.json();
    if (!answer.success) throw new Error(`${method} ${path}: ${answer.error}`);
    return answer.data;
  };
  await call('PUT', 'settings', { admission: { mode: 'strict' } });
  try {
    return await run({
      drill: async (signals) => void (await call('PUT', `drills/${DECIDE}`, signals)),
      status: async () => {
        const subject = 'beamline.router.v1.status.backpressure';
        const query = JSON.stringify({ subject: DECIDE });
        return (await wire.stack.nc.request(subject, query)).json<any>().data;
      },
      get: (path) => call('GET', path),
    });
  } finally {
    await call('DELETE', `drills/${DECIDE}`);
    await call('DELETE', 'settings');
  }
}

function evaluate(wire: Wire, { given }: Vector): Promise<unknown> {
  const { pending_messages, latency_p95_ms, inflight_messages } = given;
  return strictly(wire, async (router) => {
    await router.drill({ pending_messages, latency_p95_ms, inflight_messages });
    const { status, thresholds } = await router.status();
    expect(Object.values(thresholds)).toEqual(Object.values(given.thresholds));
    const reply = await wire.stack.nc.request(DECIDE, JSON.stringify(aRequest()));
    // Who is let in is told nothing.
    const retryAfterMs = Number(reply.headers?.get('Retry-After-Ms') || 0);
    return { status, retry_after_seconds: retryAfterMs / 1000 };
  });
}

function handedBackWhile(wire: Wire, status: keyof typeof LOADS): Promise<unknown> {
  return strictly(wire, async (router) => {
    await router.drill(LOADS[status]);
    expect((await router.status()).status).toBe(status);
    const before = await nakCount(wire);
    const replies = await submit(wire, `while-${status}`);
    await eventually(() => expect(replies).toHaveLength(1));
    return { nak_for_backpressure: (await nakCount(wire)) !== before };
  });
}

/** Publishes a durable request. @returns The replies to it, as they come. */
async function submit({ stack }: Wire, msgId: string): Promise<unknown[]> {
  const replies: unknown[] = [];
  const inbox = `test.replies.${msgId}`;
  stack.nc.subscribe(inbox, { callback: (_error, message) => void replies.push(message.json()) });
  const headers = natsHeaders();
  headers.set('x-reply-to', inbox);
  headers.set('Nats-Msg-Id', `${msgId}-${Date.now()}`);
  await jetstream(stack.nc).publish(`${DECIDE}.async`, JSON.stringify(aRequest()), { headers });
  return replies;
}

async function isFetching({ stack }: Wire): Promise<boolean> {
  const { consumers } = await jetstreamManager(stack.nc);
  return (await consumers.info(STREAMS.router, CONSUMERS.decide)).num_waiting > 0;
}

async function nakCount(wire: Wire): Promise<number> {
  return sampleOf(wire, 'router_jetstream_redelivery_total{reason="backpressure"');
}

async function rejections(wire: Wire): Promise<number> {
  return sampleOf(wire, `${REJECTIONS}{subject="${DECIDE}",reason="backpressure_active"}`);
}

async function sampleOf({ stack }: Wire, start: string): Promise<number> {
  const page = await (await fetch(`${stack.router.addresses.http}/metrics`)).text();
  const line = page.split('\n').find((each) => each.startsWith(start));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}
