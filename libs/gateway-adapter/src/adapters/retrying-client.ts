/** How a gateway repeats requests of its own. */
export interface RetryingClientOptions {
  /** Repeats of one request at most. Default 3; 0 repeats nothing. */
  readonly maxAttempts?: number;
  /** Longest wait before a repeat that a caller is kept for, in milliseconds. Default 1 000. */
  readonly maxWaitMs?: number;
  /** Ask a second time when no answer has come after so many milliseconds. Default: never. */
  readonly hedgeAfterMs?: number;
}
