import { OVERLOAD_HEADERS } from './overload-headers.js';
import { RefusalKinds } from './refusal-kinds.js';
import type { RefusalLike } from './refusal-like.js';
import type { ReplyContext } from './replies.js';

/** An answer over NATS. */
export interface NatsRefusal {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer over HTTP. */
export interface HttpRefusal {
  readonly status: OverloadHttpStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** 429 is the contract's, 503 what older gateways answer. */
export type OverloadHttpStatus = 429 | 503;

/** The `error.code` of every refusal for overload. */
const OVERLOAD_CODE = 'service_overloaded';

/** Content type of {@link HttpRefusal.body} (RFC 9457). */
const PROBLEM_JSON = 'application/problem+json';

const REASON_TEXTS: Readonly<Record<string, string>> = {
  predicted_wait: 'the request would wait too long',
  tenant_share: 'the request would wait too long, and its tenant has had more than its share',
  backlog_limit: 'more requests are in hand than recent latency allows',
  deadline: 'the request cannot be answered in the time its caller waits',
  hard_limit: 'as many requests are in hand as are allowed',
  backpressure_active: 'nothing is taken while its status is active',
  // What gateways refuse before the router has to.
  credit: 'it takes fewer requests now than come',
  throttle: 'it has hardly answered lately, and its load is not known',
  breaker: 'its status has been active for too long',
  background: 'background work waits while much is to be done',
  active: 'nothing is sent to it while its status is active',
  retry_budget: 'too many of the requests are retries',
};

/** Problem types of the IETF draft "RateLimit header fields for HTTP". */
const PROBLEM_TYPES = 'https://iana.org/assignments/http-problem-types#';
const REDUCED_CAPACITY = {
  type: `${PROBLEM_TYPES}temporary-reduced-capacity`,
  title: 'Request cannot be satisfied due to temporary server capacity constraints',
};
const QUOTA_EXCEEDED = {
  type: `${PROBLEM_TYPES}quota-exceeded`,
  title: 'Request cannot be satisfied as assigned quota has been exceeded',
};

/** A refusal up to its numbers, written out once. */
interface PreparedRefusal {
  readonly message: string;
  /** JSON of the error up to the numbers. */
  readonly errorHead: string;
  /** JSON of the problem up to the numbers. */
  readonly problemHead: string;
}

/**
 * Puts refusals of one subject on the wire. Everything but the numbers is encoded once per combination of reason,
 * criticality, status and retryability: refusing has to cost less than serving.
 */
export class RefusalWriter {
  readonly #prepared = new RefusalKinds((refusal) => this.#write(refusal));

  /** What is overloaded, cut to what is shown of it. */
  readonly subject: string;

  constructor(
    subject: string,
    /** Default 429. */
    readonly httpStatus: OverloadHttpStatus = 429,
  ) {
    this.subject = subject.slice(0, MAX_SHOWN);
  }

  /** The refusal in words. */
  message(refusal: RefusalLike): string {
    return this.#prepared.of(refusal).message;
  }

  /** The error response of the contract. A request is refused before it is read, so its id is seldom known. */
  jsonBody(refusal: RefusalLike, context: ReplyContext = NO_CONTEXT): string {
    const { errorHead } = this.#prepared.of(refusal);
    return `${errorHead}${numbersOf(refusal)}},"intake_error_code":null},"context":${contextOf(context)}}`;
  }

  /** Headers of a refusal over NATS. */
  natsHeaders(refusal: RefusalLike): Record<string, string> {
    const headers: Record<string, string> = {
      [OVERLOAD_HEADERS.serviceErrorCode]: '429',
      [OVERLOAD_HEADERS.serviceError]: this.#prepared.of(refusal).message,
      [OVERLOAD_HEADERS.retryAfterMs]: wholeMs(refusal.retryAfterMs),
      [OVERLOAD_HEADERS.retryable]: refusal.retryable ? 'true' : 'false',
      [OVERLOAD_HEADERS.state]: refusal.effectiveStatus,
    };
    return withWait(headers, refusal);
  }

  /** The whole answer over NATS. */
  nats(refusal: RefusalLike, context?: ReplyContext): NatsRefusal {
    return { body: this.jsonBody(refusal, context), headers: this.natsHeaders(refusal) };
  }

  /**
   * The whole answer over HTTP. `Retry-After` is told to everybody, also with `"retryable":false`: clients that know
   * the header only shall at least not come at once.
   */
  http(refusal: RefusalLike): HttpRefusal {
    const { problemHead } = this.#prepared.of(refusal);
    const headers: Record<string, string> = {
      'Content-Type': PROBLEM_JSON,
      'Cache-Control': 'no-store',
      [OVERLOAD_HEADERS.retryAfter]: wholeSeconds(refusal.retryAfterMs),
      [OVERLOAD_HEADERS.state]: refusal.effectiveStatus,
    };
    return {
      status: this.httpStatus,
      headers: withWait(headers, refusal),
      body: `${problemHead}${numbersOf(refusal)}}`,
    };
  }

  #write({ reason, criticality, effectiveStatus, retryable }: RefusalLike): PreparedRefusal {
    const { subject, httpStatus } = this;
    const why = REASON_TEXTS[reason] ?? reason;
    const message = `${subject} is overloaded: ${why}${retryable ? '' : '; do not retry'}`;
    const facts = opened({ subject, criticality, reason, state: effectiveStatus, retryable });
    const error = opened({ code: OVERLOAD_CODE, message });
    const kind = reason === 'tenant_share' ? QUOTA_EXCEEDED : REDUCED_CAPACITY;
    const problem = opened({ ...kind, status: httpStatus, detail: message, code: OVERLOAD_CODE });
    return {
      message,
      errorHead: `{"ok":false,"error":${error},"details":${facts}`,
      problemHead: `${problem},${facts.slice(1)}`,
    };
  }
}

/** Longest subject that is shown, in UTF-16 units. */
const MAX_SHOWN = 255;

const NO_CONTEXT: ReplyContext = { requestId: '' };
const NO_CONTEXT_JSON = '{"request_id":""}';

function contextOf(context: ReplyContext): string {
  if (context === NO_CONTEXT) return NO_CONTEXT_JSON;
  const { requestId, traceId } = context;
  return JSON.stringify(
    traceId ? { request_id: requestId, trace_id: traceId } : { request_id: requestId },
  );
}

function numbersOf({ predictedWaitMs, retryAfterMs }: RefusalLike): string {
  const wait =
    predictedWaitMs === undefined ? '' : `,"predicted_wait_ms":${wholeMs(predictedWaitMs)}`;
  return `${wait},"retry_after_ms":${wholeMs(retryAfterMs)}`;
}

function withWait(
  headers: Record<string, string>,
  { predictedWaitMs }: RefusalLike,
): Record<string, string> {
  if (predictedWaitMs !== undefined) headers[OVERLOAD_HEADERS.waitMs] = wholeMs(predictedWaitMs);
  return headers;
}

/** JSON of an object that is not closed yet. */
function opened(facts: object): string {
  return JSON.stringify(facts).slice(0, -1);
}

/** Whole milliseconds, rounded up; 0 for what is no sensible time. */
export function wholeMs(ms: number): string {
  return ms > 0 && ms < Number.MAX_SAFE_INTEGER ? String(Math.ceil(ms)) : '0';
}

/** Whole seconds, at least 1, rounded up: whoever comes back early is refused again. */
export function wholeSeconds(ms: number): string {
  return ms > 1000 && ms < Number.MAX_SAFE_INTEGER ? String(Math.ceil(ms / 1000)) : '1';
}
