import { checkDecideBody } from '../core/check-decide-body.js';
import {
  type CallerHeaders,
  checkCallerHeaders,
  type HttpHeaders,
  readCallerHeaders,
} from '../core/check-headers.js';
import {
  type AnswerContext,
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  invalidRequest,
} from '../core/http-answer.js';
import { completeTrace, type RandomHex } from '../core/trace-context.js';
import { type Violation, violation } from '../core/violation.js';
import { parseJson } from './parse-json.js';
import { pooledRandomHex } from './random-hex.js';
import type { RouterCall } from './router-call.js';

/** A request that may be passed on. */
export interface ReadRequest {
  readonly tenantId: string;
  readonly requestId: string;
  /** What goes to the router with it. */
  readonly call: RouterCall;
  /** What an answer says about where it belongs. */
  readonly context: AnswerContext;
}

/** A request that may be passed on, or the answer that refuses it. */
export type ReadOutcome =
  | { readonly ok: true; readonly request: ReadRequest }
  | { readonly ok: false; readonly answer: HttpAnswer };

/** What is known of a request beside its headers. */
interface Known {
  readonly tenantId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
}

const MAX_ID_LENGTH = 256;
const NO_CALLER = readCallerHeaders({});

/** Reads HTTP requests as the contract wants them, and refuses those that break its rules, in one shape for every route. */
export class RequestReader {
  readonly #randomHex: RandomHex;

  constructor(randomHex: RandomHex = pooledRandomHex()) {
    this.#randomHex = randomHex;
  }

  /** Reads a decide request. `body` is what came, byte for byte. */
  readDecide(headers: HttpHeaders, body: Uint8Array | undefined): ReadOutcome {
    const caller = readCallerHeaders(headers);
    const violations = checkCallerHeaders(caller);
    if (violations.length > 0) return this.#invalid(NO_CALLER, violations);
    if (body === undefined || body.length === 0) {
      return this.#invalid(caller, [violation('body', undefined, 'must not be empty')]);
    }
    const parsed = parseJson(body);
    if (!parsed.ok) return this.#invalid(caller, [violation('body', undefined, parsed.rule)]);
    const checked = checkDecideBody(parsed.value, caller.tenantId);
    if (!checked.ok) return this.#invalid(caller, checked.violations, checked.known);
    return this.#request(caller, checked.body);
  }

  /** Reads a question about the request `id`; `name` is what the route calls it. The tenant must come in `X-Tenant-ID`: there is no body to name it. */
  readQuestion(headers: HttpHeaders, name: string, id: string): ReadOutcome {
    const caller = readCallerHeaders(headers);
    const violations = [...checkCallerHeaders(caller), ...checkId(name, id)];
    const { tenantId } = caller;
    if (tenantId === undefined) {
      violations.push(violation('X-Tenant-ID', undefined, 'is required'));
    }
    if (tenantId === undefined || violations.length > 0) {
      return this.#invalid(NO_CALLER, violations);
    }
    return this.#request(caller, { tenantId, requestId: id });
  }

  /** What an answer to a request with these headers says about where it belongs. What breaks a rule is not echoed. */
  contextOf(headers: HttpHeaders, requestId?: string): AnswerContext {
    const caller = readCallerHeaders(headers);
    const usable = checkCallerHeaders(caller).length === 0 ? caller : NO_CALLER;
    return this.#context(usable, { requestId });
  }

  /** The answer to a request that failed before or beside its route. */
  refuse(headers: HttpHeaders, failure: GatewayFailure): HttpAnswer {
    return errorAnswer(failure, this.contextOf(headers));
  }

  #invalid(
    caller: CallerHeaders,
    violations: readonly Violation[],
    known: Known = {},
  ): ReadOutcome {
    const answer = errorAnswer(invalidRequest(violations), this.#context(caller, known));
    return { ok: false, answer };
  }

  #request(
    caller: CallerHeaders,
    known: Known & { readonly tenantId: string; readonly requestId: string },
  ): ReadOutcome {
    const { spanId, ...context } = this.#context(caller, known);
    const { traceId, traceparent } = context;
    const { tenantId, requestId } = known;
    const { idempotencyKey } = caller;
    const call = { tenantId, traceId, traceparent, spanId, idempotencyKey };
    return { ok: true, request: { tenantId, requestId, call, context } };
  }

  // A header beats the body (architecture 5).
  #context(caller: CallerHeaders, known: Known): AnswerContext & { readonly spanId: string } {
    const given = {
      traceId: caller.traceId ?? known.traceId,
      traceparent: caller.traceparent,
    };
    const { traceId, traceparent, spanId } = completeTrace(given, this.#randomHex);
    const tenantId = caller.tenantId ?? known.tenantId;
    return { requestId: known.requestId, tenantId, traceId, traceparent, spanId };
  }
}

function checkId(name: string, id: string): readonly Violation[] {
  if (id.length >= 1 && id.length <= MAX_ID_LENGTH) return [];
  return [violation(name, id, `must have 1 to ${MAX_ID_LENGTH} characters`)];
}
