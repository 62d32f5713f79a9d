/** What the wire tells of a request that is not served now. */
export interface RefusalLike {
  /** One of a closed set, in wire spelling (`predicted_wait`). */
  readonly reason: string;
  readonly criticality: string;
  /** `undefined`: whoever refuses predicts none, as a gateway; nothing is told of it. */
  readonly predictedWaitMs: number | undefined;
  readonly retryAfterMs: number;
  /** `false`: the caller shall not come back with this request. */
  readonly retryable: boolean;
  /** What admission does now: `inactive`, `warning` or `active`. */
  readonly effectiveStatus: string;
}
