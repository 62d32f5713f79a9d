import { createHash } from 'node:crypto';

/** Tenant and policy of every request of the bench; the document lies in `bench/policies`. */
export const TENANT = 'bench';
const POLICY = 'chat';

/** Size of a JSON request, in bytes: what a chat completion routed by reference looks like. */
export const REQUEST_BYTES = 458;

/** Sessions that the requests belong to. */
const SESSIONS = 1_024;

const hex = (n: number): string => createHash('sha256').update(String(n)).digest('hex');

/** A version 4 UUID that is the same in every run. */
export function uuidOf(n: number): string {
  const h = hex(n);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

const decideRequest = (n: number, prompt: string): object => ({
  version: '1',
  tenant_id: TENANT,
  request_id: uuidOf(n),
  trace_id: hex(-1 - n).slice(0, 32),
  task: {
    type: 'chat.completion',
    payload: { model: 'auto', max_tokens: 512, temperature: 0.7, prompt },
  },
  policy_id: POLICY,
  constraints: { max_latency_ms: 2000, max_cost: 0.05 },
  metadata: { user_id: `user-${String(n % SESSIONS).padStart(4, '0')}`, channel: 'web' },
});

/** The n-th JSON decide request, exactly {@link REQUEST_BYTES} long. */
export function jsonRequest(n: number): string {
  const bare = JSON.stringify(decideRequest(n, '')).length;
  const text = JSON.stringify(decideRequest(n, 'x'.repeat(REQUEST_BYTES - bare)));
  if (Buffer.byteLength(text) !== REQUEST_BYTES) throw new Error(`request of ${text.length} bytes`);
  return text;
}

/** The same request as a `RouteRequest`, for gRPC. */
export function routeRequest(n: number): object {
  return {
    message: {
      message_id: uuidOf(n),
      tenant_id: TENANT,
      trace_id: hex(-1 - n).slice(0, 32),
      message_type: 'chat.completion',
      payload: Buffer.from(JSON.stringify({ model: 'auto', max_tokens: 512, temperature: 0.7 })),
      metadata: { channel: 'web' },
      timestamp_ms: 1_700_000_000_000,
    },
    policy_id: POLICY,
    context: { user_id: `user-${String(n % SESSIONS).padStart(4, '0')}` },
  };
}

/** What a bare responder answers: as many bytes, in the same form, as the router's decision. */
export const CANNED_ANSWER = JSON.stringify({
  ok: true,
  decision: {
    provider_id: 'openai:gpt-4o',
    priority: 50,
    expected_latency_ms: 500,
    expected_cost: 0.01,
    reason: 'weighted',
  },
  context: { request_id: uuidOf(0), trace_id: hex(0).slice(0, 32) },
});

/** The same as a `RouteDecision`. */
export const CANNED_DECISION = {
  provider_id: 'openai:gpt-4o',
  reason: 'weighted',
  priority: 50,
  expected_latency_ms: 500,
  expected_cost: 0.01,
  metadata: {},
};

/** Different requests, made once and sent in turn. */
export function requestPool<Request>(make: (n: number) => Request): (n: number) => Request {
  const pool = Array.from({ length: SESSIONS }, (_, n) => make(n));
  const first = pool[0];
  if (first === undefined) throw new Error('empty pool');
  return (n) => pool[n % SESSIONS] ?? first;
}

/** Whether an answer is a decision: `{"ok":true…`. */
export const isDecision = (answer: Uint8Array): boolean =>
  answer.length > 100 && answer[6] === 't'.charCodeAt(0);
