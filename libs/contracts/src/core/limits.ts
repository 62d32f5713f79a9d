/** What an inbound JSON message may be at most. Checked before it is parsed. */
export interface JsonLimits {
  /** Bytes. */
  readonly maxBytes: number;
  /** Nested objects and arrays; a scalar has depth 0. */
  readonly maxDepth: number;
  /** Keys of all objects together. */
  readonly maxKeys: number;
}

/** Limits of the contract (size) and of ours (depth, keys). */
export const DEFAULT_JSON_LIMITS: JsonLimits = {
  maxBytes: 1_048_576,
  maxDepth: 64,
  maxKeys: 50_000,
};

/** Least size of a serialised `task.payload`, in bytes, unless configured otherwise. */
export const DEFAULT_MIN_PAYLOAD_BYTES = 10;
