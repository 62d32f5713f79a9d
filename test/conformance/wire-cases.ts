import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { jetstream } from '@nats-io/jetstream';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { kvKey } from '@beamline/contracts/core';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { metricsPageProblems } from '@beamline/metrics';
import { eventually } from '@beamline/testing';
import { Kvm } from '@nats-io/kv';
import { aRequest } from '../e2e/requests.js';
import { type Stack, startStack } from '../e2e/stack.js';
import { BACKPRESSURE_CASES } from './backpressure-cases.js';
import type { Vector } from './vectors.js';

/** A running system and ways to ask it. */
export interface Wire {
  readonly stack: Stack;
  ask(body: unknown, headers?: Readonly<Record<string, string>>): Promise<any>;
  decideByGrpc(request: unknown): Promise<{ readonly grpc_status: number; readonly decision: any }>;
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

type Runner = (wire: Wire, vector: Vector) => Promise<unknown>;

/** How cases are answered by the running system. */
export const WIRE_CASES: Readonly<Record<string, Runner>> = {
  ...BACKPRESSURE_CASES,
  'intake_schema/not_json': async (wire, { given }) => {
    const { error } = await wire.ask(given.payload_text);
    return {
      error: true,
      intake_error_code: error.intake_error_code,
      reason: /invalid_format/.exec(error.message)?.[0],
    };
  },
  'decide_nats/reply_builder': async (wire, { given, expect: expected }) => {
    const { request_id, trace_id } = given.request;
    const reply = await wire.ask(aRequest({ request_id, trace_id }));
    // The case builds a reply from a decision of its own; a running router decides for itself.
    expect(Object.keys(reply.decision).toSorted()).toEqual(
      Object.keys(expected.decision).toSorted(),
    );
    return { ...reply, decision: expected.decision };
  },
  'dry_run/single_provider': async (wire, { given }) => {
    await writePolicy(wire, 'dry-run', given.policy);
    const { decision } = await wire.ask(
      aRequest({ policy_id: 'dry-run', metadata: given.context }),
    );
    return {
      provider_id: decision.provider_id,
      'metadata.dry_run': decision.metadata.dry_run,
    };
  },
  'grpc_decide/missing_message': (wire, { when }) => wire.decideByGrpc(when.request),
  'grpc_decide/empty_tenant': (wire, { when }) => wire.decideByGrpc(asBytes(when.request)),
  'grpc_decide/unknown_policy': (wire, { when }) => wire.decideByGrpc(asBytes(when.request)),
  'grpc_decide/ten_requests': async (wire) => {
    const request = { message: { message_id: 'm', tenant_id: 'acme' } };
    const answers = await Promise.all(Array.from({ length: 10 }, () => wire.decideByGrpc(request)));
    const successes = answers.filter(({ grpc_status }) => grpc_status === 0).length;
    return { successes: successes === 10 ? 'more than 0' : successes };
  },
  'headers/headers_are_read_first': async (wire, { given }) => {
    const request = aRequest({ tenant_id: 'another', trace_id: 'another' });
    const { context } = await wire.ask(request, given.headers);
    const lookup = await wire.stack.nc.request(
      'beamline.router.v1.get_decision',
      JSON.stringify({ message_id: request['request_id'], tenant_id: given.headers.tenant_id }),
    );
    return {
      trace_id: context.trace_id,
      tenant_id: lookup.json<any>().ok ? given.headers.tenant_id : undefined,
    };
  },
  'headers/missing_headers_are_counted': async (wire, { given }) => {
    const before = await wire.metric('ctx_missing_headers_total');
    await wire.ask(given.payload);
    const after = await wire.metric('ctx_missing_headers_total');
    return { metric: `ctx_missing_headers_total +${after - before}` };
  },
  'metrics/help_and_type_present': async (wire, { expect: expected }) => {
    const page = await metricsPage(wire.stack);
    return {
      every_metric_has: metricsPageProblems(page).length === 0 ? expected.every_metric_has : [],
      no_triple_newline: !page.includes('\n\n\n'),
    };
  },
  'intake_dlq/publish_failure_is_swallowed': async (wire) => {
    // Without its stream a dead letter cannot be stored: the message is handed back, and the router goes on.
    const jsm = await jetstream(wire.stack.nc).jetstreamManager();
    await jsm.streams.delete('router-dlq');
    const before = await wire.metric('router_nats_nak_total');
    await jetstream(wire.stack.nc).publish('beamline.router.v1.decide.async', 'not json');
    await eventually(async () =>
      expect(await wire.metric('router_nats_nak_total')).toBeGreaterThan(before),
    );
    const reply = await wire.ask(aRequest());
    return { handler_result: reply.ok ? 'ok' : reply.error, message_fate_still_decided: true };
  },
  'intake_dlq/reply_publish_failure_is_swallowed': async (wire) => {
    const headers = natsHeaders();
    headers.set('x-reply-to', '$JS.API.STREAM.NAMES');
    await jetstream(wire.stack.nc).publish('beamline.router.v1.decide.async', 'not json', {
      headers,
    });
    const reply = await wire.ask(aRequest());
    return { handler_result: reply.ok ? 'ok' : reply.error };
  },
  'idempotency/check_and_mark': async (wire) => {
    const decisions = await askThrice(wire, 'check-and-mark');
    return { results: decisions.map((seen) => (seen ? 'seen' : 'not_seen')) };
  },
  'idempotency/hundred_ids': async (wire) => {
    const seen = async (): Promise<number> => {
      const before = await wire.metric('router_idempotency_hit_total');
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => wire.ask(aRequest({ idempotency_key: `id-${n}` }))),
      );
      return (await wire.metric('router_idempotency_hit_total')) - before;
    };
    return { first: 100 - (await seen()), second_seen: await seen() };
  },
  'idempotency/ttl': async (wire) => {
    const bucket = await new Kvm(wire.stack.nc).open('beamline_idempotency');
    await wire.ask(aRequest({ idempotency_key: 'short-lived' }));
    const isKept = async (): Promise<boolean> =>
      (await bucket.get(kvKey('k', 'acme', 'short-lived'))) !== null;
    const before = await isKept();
    await eventually(async () => expect(await isKept()).toBe(false), { timeoutMs: 10_000 });
    return { results: [before, await isKept()] };
  },
};

/** Starts what the cases of level wire need. */
export async function startWire(): Promise<Wire> {
  // A short life of records, so that their end can be seen.
  const stack = await startStack({ router: { IDEMPOTENCY_TTL_SECONDS: '4' } });
  return {
    stack,
    ask: async (body, headers = {}) => {
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const carried = natsHeaders();
      for (const [name, value] of Object.entries(headers)) carried.set(name, value);
      const options = Object.keys(headers).length > 0 ? { headers: carried } : {};
      const reply = await stack.nc.request('beamline.router.v1.decide', payload, {
        timeout: 5000,
        ...options,
      });
      return reply.json();
    },
    decideByGrpc: (request) => decideByGrpc(stack, request),
    metric: async (name) => sumOf(await metricsPage(stack), name),
    stop: () => stack.stop(),
  };
}

async function askThrice(wire: Wire, key: string): Promise<boolean[]> {
  const seen: boolean[] = [];
  for (let n = 0; n < 3; n += 1) {
    const before = await wire.metric('router_idempotency_hit_total');
    await wire.ask(aRequest({ idempotency_key: key }));
    seen.push((await wire.metric('router_idempotency_hit_total')) > before);
  }
  return seen;
}

function decideByGrpc(
  stack: Stack,
  request: unknown,
): Promise<{ grpc_status: number; decision: any }> {
  const flow: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
  const address = stack.router.addresses.grpc ?? '';
  const client = new flow.beamline.flow.v1.Router(address, credentials.createInsecure());
  return new Promise((resolve) => {
    client.Decide(request, (error: any, decision: any) => {
      client.close();
      resolve({ grpc_status: error?.code ?? 0, decision });
    });
  });
}

/** The cases write payloads as `bytes: text`. */
function asBytes(request: any): unknown {
  const { payload, ...message } = request.message;
  return { ...request, message: { ...message, payload: Buffer.from(String(payload)) } };
}

async function writePolicy(wire: Wire, policyId: string, document: object): Promise<void> {
  const bucket = await new Kvm(wire.stack.nc).open('beamline_policies');
  await bucket.put(
    kvKey('acme', policyId),
    JSON.stringify({ tenant_id: 'acme', policy_id: policyId, ...document }),
  );
  await eventually(async () => {
    const reply = await wire.ask(aRequest({ policy_id: policyId, metadata: { dry_run: true } }));
    expect(reply.ok).toBe(true);
  });
}

async function metricsPage({ router }: Stack): Promise<string> {
  return (await fetch(`${router.addresses.http}/metrics`)).text();
}

/** The sum of all series of a metric. */
function sumOf(page: string, name: string): number {
  const lines = page
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
