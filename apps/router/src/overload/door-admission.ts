import { Metadata } from '@grpc/grpc-js';
import {
  encodeLoadReport,
  type GrpcRefusal,
  GrpcRefusalWriter,
  type LoadReportLike,
} from '@beamline/contracts';
import {
  type HeaderReader,
  NO_HEADERS,
  OVERLOAD_HEADERS,
  OVERLOAD_TRAILERS,
  type OverloadHttpStatus,
  RefusalWriter,
  type RouterFailure,
  wholeMs,
} from '@beamline/contracts/core';
import type { SubjectControl } from '@beamline/backpressure';
import {
  type Admission,
  type AdmissionRequest,
  loadFigures,
  type Outcome,
  type OverloadEvent,
  type RaiseRule,
  readAdmissionRequest,
  type Refusal,
  tenantIn,
} from '@beamline/backpressure/core';
import type { Clock, Observer } from '@beamline/kernel';

/** What {@link DoorAdmission} stands on. */
export interface DoorAdmissionParts {
  readonly control: SubjectControl;
  /** Whether requests of this tenant may be critical. */
  readonly mayRaise: (tenantId: string | undefined) => boolean;
  readonly loadReport: 'always' | 'overloaded' | 'never';
  readonly httpStatus: OverloadHttpStatus;
  readonly monotonic: Clock;
  readonly observe: Observer<OverloadEvent>;
}

/** What a door knows of a request besides its headers, before it is decoded. */
export interface DoorFacts {
  readonly tenantId?: string | undefined;
  /** Time the caller still waits, in milliseconds. */
  readonly deadlineLeftMs?: number | undefined;
}

const PLAIN: AdmissionRequest = { criticality: 'default' };
const NO_FACTS: DoorFacts = {};

/** How long one look at the load serves the answers that follow, in milliseconds. */
const LOOK_MS = 50;

/** Failures that show a lack of capacity, here or behind. */
const DROPPED: ReadonlySet<RouterFailure['code']> = new Set([
  'service_overloaded',
  'unavailable',
  'timeout',
]);
/** Failures that took the work of a decision. */
const WORKED: ReadonlySet<RouterFailure['code']> = new Set(['decision_failed', 'internal']);

/**
 * Admission at the doors that lead to a decision. Looks at headers only: a refused request is never decoded. Guards and
 * interceptors would do the same at the price of Nest's chain, which is more than a decision costs.
 */
export class DoorAdmission {
  readonly #writer: RefusalWriter;
  readonly #grpcWriter: GrpcRefusalWriter;
  readonly #raise: RaiseRule;
  /** For a request that was counted before. */
  readonly #raiseAgain: RaiseRule;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #report: Readonly<Record<string, string>> | undefined;

  constructor(private readonly parts: DoorAdmissionParts) {
    this.#writer = new RefusalWriter(parts.control.name, parts.httpStatus);
    this.#grpcWriter = new GrpcRefusalWriter(this.#writer);
    const { control, mayRaise, observe } = parts;
    const onCapped = () => observe({ type: 'criticality-capped', subject: control.name });
    this.#raise = { mayRaise, onCapped };
    this.#raiseAgain = { mayRaise, onCapped: () => undefined };
  }

  /** Lets a request in, or tells why not. */
  admit(headers: HeaderReader, facts: DoorFacts = NO_FACTS): Admission {
    const { control } = this.parts;
    if (headers === NO_HEADERS && facts === NO_FACTS) return control.admit(PLAIN);
    return control.admit(this.#requestOf(headers, facts, this.#raise));
  }

  /**
   * How to refuse a request that was let in and has waited for its turn longer than its caller waits; `undefined`: serve
   * it. Reads the headers once more, which is less than to keep what was read of every request.
   */
  outwaited(headers: HeaderReader, waitedMs: number, facts = NO_FACTS): Refusal | undefined {
    if (waitedMs <= 0) return undefined;
    const request = this.#requestOf(headers, facts, this.#raiseAgain);
    return this.parts.control.outwaited(request, waitedMs);
  }

  /** A refusal over NATS. */
  natsRefusal(refusal: Refusal): {
    readonly body: string;
    readonly headers: Record<string, string>;
  } {
    return { body: this.#writer.jsonBody(refusal), headers: this.#writer.natsHeaders(refusal) };
  }

  /** A refusal over gRPC. */
  grpcRefusal(refusal: Refusal, tenantId: string | undefined): GrpcRefusal {
    return this.#grpcWriter.status(refusal, { load: this.#load(), tenantId });
  }

  /** What an answer tells of the load; `undefined`: nothing, which is the rule while nothing is shed. */
  reportFor(headers: HeaderReader): Readonly<Record<string, string>> | undefined {
    const { loadReport, monotonic } = this.parts;
    if (loadReport === 'never') return undefined;
    const nowMs = monotonic.nowMs();
    if (nowMs - this.#lookedMs > LOOK_MS) this.#look(nowMs);
    if (this.#report !== undefined || headers === NO_HEADERS) return this.#report;
    return headers.get(OVERLOAD_HEADERS.wantsReport) === '1' ? this.#headers() : undefined;
  }

  /** The same over gRPC: the two headers, and a report that load balancers read. */
  loadTrailers(headers: Readonly<Record<string, string>>): Metadata {
    const trailers = new Metadata();
    for (const [name, value] of Object.entries(headers)) trailers.set(name, value);
    trailers.set(OVERLOAD_TRAILERS.loadReport, encodeLoadReport(this.#load()));
    return trailers;
  }

  #look(nowMs: number): void {
    this.#lookedMs = nowMs;
    const { control, loadReport } = this.parts;
    const { effectiveStatus } = control.admission.view();
    const isDue = loadReport === 'always' || effectiveStatus !== 'inactive';
    this.#report = isDue ? this.#headers() : undefined;
  }

  #headers(): Record<string, string> {
    const { effectiveStatus, predictedWaitMs } = this.parts.control.admission.view();
    return {
      [OVERLOAD_HEADERS.state]: effectiveStatus,
      [OVERLOAD_HEADERS.waitMs]: wholeMs(predictedWaitMs),
    };
  }

  /** The load as gRPC load balancers read it (ORCA). */
  #load(): LoadReportLike {
    const { admission } = this.parts.control;
    return loadFigures(admission.view(), admission.recentLoad());
  }

  #requestOf(
    headers: HeaderReader,
    { tenantId, deadlineLeftMs }: DoorFacts,
    raise: RaiseRule,
  ): AdmissionRequest {
    const known = { tenantId: tenantIn(headers) ?? tenantId, deadlineLeftMs };
    return readAdmissionRequest(headers, { criticality: 'default', ...known }, raise);
  }
}

/** How admission counts an answer: what says nothing about capacity teaches nothing. */
export function outcomeOf(failure: RouterFailure | undefined): Outcome {
  if (failure === undefined || WORKED.has(failure.code)) return 'success';
  return DROPPED.has(failure.code) ? 'dropped' : 'ignored';
}
