/** What a caller may demand of the chosen provider. A provider whose estimate exceeds a limit is not eligible. */
interface RouteConstraints {
  /** Upper limit of the expected latency, in milliseconds, inclusive. */
  readonly maxLatencyMs?: number;
  /** Upper limit of the expected cost, inclusive, in the currency of the estimates. */
  readonly maxCost?: number;
}

/** One question to the router, the same whichever door it came through. */
export interface RouteRequest {
  readonly tenantId: string;
  /** Never empty: a door that got none generates one. It keys the split where the request has no session key. */
  readonly requestId: string;
  /** Type of the task, `''` when the caller gave none. Visible to conditions as `message_type`. */
  readonly messageType: string;
  /** Constraints and metadata merged, metadata winning. What conditions, sticky keys and retry bookkeeping read. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly constraints: RouteConstraints;
}
