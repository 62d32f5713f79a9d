import type { OverloadStatus } from './overload-status.js';

/** Counts per bucket of a histogram with the project's fixed bounds (log-histogram.ts). Sparse: index, count, index, count … */
export type SparseCounts = readonly number[];

/** What a replica tells the others about one subject. Times are Unix milliseconds. */
export interface SubjectReport {
  readonly subject: string;
  /** Requests in hand here. */
  readonly inflight: number;
  /** Estimated to wait before the doors of this replica. */
  readonly waiting: number;
  /** Latencies of the last seconds, to be merged with those of the others. */
  readonly latencies: SparseCounts;
  readonly deliveredPerSecond: number;
  readonly serviceMs: number;
  readonly queueMs: number;
  readonly predictedWaitMs: number;
  /** Offered and refused over the last seconds. */
  readonly offered: number;
  readonly refused: number;
  readonly effectiveStatus: OverloadStatus;
  /** Requests per second that this replica takes; while it refuses nothing it may take more. */
  readonly takesPerSecond: number;
  /** Whether it refused anything for lack of capacity within the last second. */
  readonly isRefusing: boolean;
  /** The consumer's numbers as this replica read them last; absent: it does not know. */
  readonly consumer?: {
    readonly pending: number;
    readonly ackPending: number;
    readonly atMs: number;
  };
  /** The status this replica has computed from all reports; the leader's is the one that counts. */
  readonly status: OverloadStatus;
  readonly statusSinceMs: number;
  /** Whether hysteresis alone keeps that status `active`; absent: an older version, which does not tell. */
  readonly isHeld?: boolean;
}

/** One beat of a replica's heart. */
export interface ReplicaReport {
  readonly version: 1;
  readonly replica: string;
  /** Unix time at which the replica started: tells a restarted replica from its former self. */
  readonly epoch: number;
  /** Rises with every report of an epoch. */
  readonly seq: number;
  readonly atMs: number;
  readonly subjects: readonly SubjectReport[];
}
