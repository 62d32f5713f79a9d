import type { DecisionReason } from './decision.js';

/** Where a request came in. */
export type Door = 'grpc' | 'nats' | 'jetstream' | 'http';

/** Facts of the decision service. */
export type DecideEvent =
  | {
      readonly type: 'decided';
      readonly door: Door;
      readonly tenantId: string;
      readonly policyId: string;
      readonly reason: DecisionReason;
      /** From the decoded request to the decision, in milliseconds. */
      readonly durationMs: number;
    }
  | {
      readonly type: 'decide-failed';
      readonly door: Door;
      readonly tenantId: string | undefined;
      readonly policyId: string | undefined;
      /** Wire error code: a closed set. */
      readonly code: string;
      readonly durationMs: number;
    }
  | { readonly type: 'tenant-rejected'; readonly door: Door; readonly reason: string }
  | {
      readonly type: 'request-answered';
      readonly door: Door;
      /** `success` or a wire error code. */
      readonly status: string;
      /** From arrival at the door to the answer, in milliseconds. */
      readonly durationMs: number;
    };
