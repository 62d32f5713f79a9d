const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const map = { type: 'object', additionalProperties: true } as const;
const nullable = (type: 'string' | 'number' | 'integer') => ({ type, nullable: true }) as const;
const status = { type: 'string', enum: ['inactive', 'warning', 'active', 'unknown'] } as const;
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const task = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { ...text, minLength: 1 },
    payload: { ...map, description: 'This or `payload_ref` is required.' },
    payload_ref: text,
  },
} as const;

const context = {
  type: 'object',
  properties: {
    request_id: nullable('string'),
    trace_id: text,
    tenant_id: nullable('string'),
  },
} as const;

const metrics = {
  type: 'object',
  properties: { pending_messages: count, latency_p95_ms: count, inflight_messages: count },
} as const;

const decideSchemas = {
  DecideRequest: {
    type: 'object',
    required: ['version', 'request_id', 'task'],
    properties: {
      version: { type: 'string', enum: ['1'] },
      tenant_id: {
        ...text,
        maxLength: 256,
        description: 'Required without `X-Tenant-ID`, which beats it.',
      },
      request_id: { ...text, minLength: 1, maxLength: 128 },
      trace_id: { ...text, maxLength: 128 },
      task,
      policy_id: text,
      constraints: {
        type: 'object',
        properties: { max_latency_ms: { type: 'integer' }, max_cost: { type: 'number' } },
      },
      metadata: map,
      idempotency_key: { ...text, minLength: 1, maxLength: 256 },
      run_id: text,
      flow_id: text,
      step_id: text,
    },
    additionalProperties: true,
  },
  Decision: {
    type: 'object',
    required: ['provider_id', 'reason', 'priority', 'expected_latency_ms', 'expected_cost'],
    properties: {
      provider_id: text,
      reason: text,
      priority: { type: 'integer' },
      expected_latency_ms: { type: 'integer' },
      expected_cost: { type: 'number' },
      metadata: map,
    },
  },
  DecideResponse: {
    type: 'object',
    required: ['ok', 'decision', 'context'],
    properties: { ok: { type: 'boolean', enum: [true] }, decision: ref('Decision'), context },
  },
  Error: {
    type: 'object',
    required: ['ok', 'error', 'context'],
    properties: {
      ok: { type: 'boolean', enum: [false] },
      error: {
        type: 'object',
        required: ['code', 'message', 'intake_error_code', 'details'],
        properties: {
          code: text,
          message: text,
          intake_error_code: nullable('string'),
          details: map,
        },
      },
      context,
    },
  },
} as const;

const messageSchemas = {
  Message: {
    type: 'object',
    required: ['message_id', 'tenant_id', 'status', 'accepted_at'],
    properties: {
      message_id: text,
      tenant_id: text,
      status: {
        type: 'string',
        enum: ['accepted', 'waiting', 'delivered', 'decided', 'failed'],
        description:
          'In the stream; behind others; in the hands of the router; answered with a decision, or with an error.',
      },
      accepted_at: {
        ...nullable('integer'),
        description: 'Unix milliseconds; `null` at a gateway that did not take the message.',
      },
      ahead: { ...count, description: 'Of `waiting`: messages before it in the stream.' },
      decision: ref('Decision'),
      error: map,
    },
  },
  MessageResponse: {
    type: 'object',
    required: ['ok', 'message', 'context'],
    properties: { ok: { type: 'boolean', enum: [true] }, message: ref('Message'), context },
  },
  EventStream: {
    type: 'string',
    description:
      'Server-sent events. `event` is the status, `data` a Message, `id` where it stands. The stream ends after `decided` or `failed`.',
  },
} as const;

const loadSchemas = {
  Load: {
    type: 'object',
    required: ['success', 'data'],
    properties: {
      success: { type: 'boolean', enum: [true] },
      data: {
        type: 'object',
        properties: {
          subject: text,
          status,
          effective_status: status,
          gateway: {
            type: 'object',
            properties: {
              mode: { type: 'string', enum: ['credit', 'contract', 'off'] },
              source: { type: 'string', enum: ['push', 'webhook', 'poll'], nullable: true },
              believed_for_ms: count,
              pushes_lost: { type: 'boolean' },
              credit: nullable('number'),
              limit_per_second: nullable('number'),
              throttled: { type: 'number' },
              breaker: { type: 'string', enum: ['closed', 'open'] },
              epoch: nullable('integer'),
              seq: nullable('integer'),
            },
          },
          router: { ...map, nullable: true, description: "The router's own status document." },
        },
      },
    },
  },
  Notification: {
    type: 'object',
    required: ['type', 'status', 'subject', 'metrics', 'timestamp', 'retry_after_seconds'],
    properties: {
      type: { type: 'string', enum: ['backpressure_status'] },
      status,
      subject: text,
      metrics,
      timestamp: { ...count, description: 'Unix milliseconds.' },
      retry_after_seconds: count,
      effective_status: status,
      epoch: count,
      seq: count,
      ttl_ms: count,
      credit: nullable('number'),
    },
    additionalProperties: true,
  },
} as const;

/** The schemas of the OpenAPI document, by name. */
export const SCHEMAS = {
  ...decideSchemas,
  ...messageSchemas,
  ...loadSchemas,
  DryRunRequest: {
    type: 'object',
    required: ['policy_id', 'payload'],
    properties: { tenant_id: text, policy_id: text, payload: map },
  },
  RouterDocument: {
    ...map,
    description: "The router's answer, as it came.",
  },
  MetricsPage: { type: 'string', description: 'Prometheus text format.' },
} as const;

/** One of {@link SCHEMAS}. */
export type SchemaName = keyof typeof SCHEMAS;
