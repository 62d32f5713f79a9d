/** Fields that every JSON form of a decide request may carry. `null` counts as absent throughout. */
export interface WireRoutingFields {
  readonly version?: string | null;
  readonly tenant_id?: string | null;
  readonly trace_id?: string | null;
  readonly policy_id?: string | null;
  readonly idempotency_key?: string | null;
  readonly constraints?: WireConstraints | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  readonly context?: Readonly<Record<string, unknown>> | null;
  readonly options?: Readonly<Record<string, unknown>> | null;
  readonly push_assignment?: unknown;
  readonly assignment_subject?: string | null;
  readonly run_id?: string | null;
  readonly flow_id?: string | null;
  readonly step_id?: string | null;
  readonly dry_run?: unknown;
}

export interface WireConstraints {
  /** Milliseconds. */
  readonly max_latency_ms?: number | null;
  readonly max_cost?: number | null;
}

/** The form of contracts 3.1, the only one that the durable door takes. */
export interface WireTaskRequest extends WireRoutingFields {
  readonly request_id: string;
  readonly task: WireTask;
}

export interface WireTask {
  readonly type: string;
  readonly payload?: Readonly<Record<string, unknown>> | null;
  readonly payload_ref?: string | null;
}

/** The form with an embedded message. */
export interface WireMessageRequest extends WireRoutingFields {
  readonly request_id?: string | null;
  readonly message: WireMessage;
}

export interface WireMessage {
  readonly message_id?: string | null;
  readonly message_type?: string | null;
  readonly tenant_id?: string | null;
  readonly trace_id?: string | null;
  readonly payload?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** The form without any nesting. */
export interface WireFlatRequest extends WireRoutingFields {
  readonly message_id?: string | null;
  readonly request_id?: string | null;
  readonly message_type?: string | null;
  readonly payload?: unknown;
}

/** A protobuf `RouteRequest`, decoded; absent and empty fields mean the same. */
export interface RouteRequestLike {
  readonly message?: {
    readonly message_id?: string;
    readonly tenant_id?: string;
    readonly trace_id?: string;
    readonly message_type?: string;
    readonly payload?: Uint8Array | string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly run_id?: string;
    readonly flow_id?: string;
    readonly step_id?: string;
    readonly idempotency_key?: string;
  } | null;
  readonly policy_id?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly idempotency_key?: string;
}
