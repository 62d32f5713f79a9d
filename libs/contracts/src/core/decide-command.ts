import type { RouterFailure } from './failure.js';

/** In which shape a request came. */
export type DecideForm = 'task' | 'message' | 'flat' | 'protobuf';

/** The work to be routed, as the caller described it. */
export interface DecideTask {
  /** `''` when the form allows none and none came. */
  readonly type: string;
  readonly payload?: unknown;
  readonly payload_ref?: string;
}

/** What the caller demands of the provider. */
export interface DecideConstraints {
  /** Milliseconds, inclusive. */
  readonly maxLatencyMs?: number;
  /** Inclusive, in the currency of the estimates. */
  readonly maxCost?: number;
}

/** A request to decide, the same whichever form it came in. Header values have beaten payload values. */
export interface DecideCommand {
  readonly form: DecideForm;
  readonly tenantId: string;
  /** `''` when the form allows none and none came; the door then generates one. */
  readonly requestId: string;
  /** `''` when the caller gave none. */
  readonly messageType: string;
  /** Without the prefix `policy:`; `undefined` when none or an empty one came. */
  readonly policyId: string | undefined;
  /** Constraints, metadata, context and run/flow/step ids merged, later ones winning. Do not change it: it may be the caller's own object. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly constraints: DecideConstraints;
  /** The explicit trace id, else the one of a valid `traceparent`. */
  readonly traceId: string | undefined;
  /** As it came, valid or not. */
  readonly traceparent: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly runId: string | undefined;
  readonly flowId: string | undefined;
  readonly stepId: string | undefined;
  /** Whether the task shall be handed to the workers after the decision. */
  readonly pushAssignment: boolean;
  readonly assignmentSubject: string | undefined;
  readonly task: DecideTask | undefined;
  /** Overrides of the assignment's options. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Decide and explain, but change nothing. */
  readonly dryRun: boolean;
}

/** The outcome of decoding: a command, or what is wrong, with everything that could still be read. */
export type DecodedCommand =
  | {
      readonly ok: true;
      readonly command: DecideCommand;
      /** Oddities that were tolerated, for the log. */
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly failure: RouterFailure;
      readonly requestId?: string;
      readonly traceId?: string;
      readonly tenantId?: string;
    };
