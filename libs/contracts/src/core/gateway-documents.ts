/** A registered endpoint, as the API tells it. */
export interface GatewayEndpointDocument {
  /** First 16 characters of base64(SHA-256(endpoint)); may hold `/` and `+`. */
  readonly endpoint_id: string;
  readonly endpoint: string;
  /** When it was registered first, in Unix milliseconds. */
  readonly registered_at: number;
  /** `api` or `configuration`. */
  readonly source: string;
}

/** How a notification to an endpoint ended, as the API tells it. */
export interface GatewayDeliveryDocument {
  /** When the first attempt began, in Unix milliseconds. */
  readonly at: number;
  readonly subject: string;
  readonly status: string;
  readonly epoch: number;
  readonly seq: number;
  /** `delivered`, `failed`, or `superseded` by a newer one. */
  readonly outcome: string;
  /** Of the last answer; `null` when there was none. */
  readonly http_status: number | null;
  /** Why it failed; `null` when it did not. */
  readonly failure: string | null;
  /** The same for people; may be empty. */
  readonly detail: string;
  readonly attempts: number;
  /** Milliseconds. */
  readonly duration_ms: number;
}

/** What the documents need to know of an endpoint. */
export interface GatewayEndpointLike {
  readonly endpointId: string;
  readonly endpoint: string;
  readonly registeredAtMs: number;
  readonly source: string;
}

/** What the documents need to know of a delivery. */
export interface GatewayDeliveryLike {
  readonly atMs: number;
  readonly subject: string;
  readonly status: string;
  readonly epoch: number;
  readonly seq: number;
  readonly outcome: string;
  readonly httpStatus: number | undefined;
  readonly failure: string | undefined;
  readonly detail: string;
  readonly attempts: number;
  readonly durationMs: number;
}

/** Builds what is told of a registered endpoint. */
export function gatewayEndpoint(endpoint: GatewayEndpointLike): GatewayEndpointDocument {
  return {
    endpoint_id: endpoint.endpointId,
    endpoint: endpoint.endpoint,
    registered_at: Math.round(endpoint.registeredAtMs),
    source: endpoint.source,
  };
}

/** Builds what is told of a delivery. */
export function gatewayDelivery(delivery: GatewayDeliveryLike): GatewayDeliveryDocument {
  return {
    at: Math.round(delivery.atMs),
    subject: delivery.subject,
    status: delivery.status,
    epoch: delivery.epoch,
    seq: delivery.seq,
    outcome: delivery.outcome,
    http_status: delivery.httpStatus ?? null,
    failure: delivery.failure ?? null,
    detail: delivery.detail,
    attempts: delivery.attempts,
    duration_ms: Math.round(delivery.durationMs),
  };
}
