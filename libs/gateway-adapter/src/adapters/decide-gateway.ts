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
  toHttpAnswer,
} from '../core/http-answer.js';
import { completeTrace, type RandomHex } from '../core/trace-context.js';
import { type Violation, violation } from '../core/violation.js';
import { parseJson } from './parse-json.js';
import { pooledRandomHex } from './random-hex.js';
import type { RouterCall } from './router-call.js';
import type { RouterClient } from './router-client.js';

/** What is known of a request beside its headers. */
interface Known {
  readonly tenantId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
}

/** All that an answer or a question to the router says about where it belongs. */
interface RequestContext extends AnswerContext {
  readonly spanId: string;
  readonly idempotencyKey: string | undefined;
}

const MAX_MESSAGE_ID_LENGTH = 256;
const NO_CALLER = readCallerHeaders({});

/** The decide routes of a gateway as plain functions from request to response: any HTTP server can carry them. */
export class DecideGateway {
  readonly #randomHex: RandomHex;

  constructor(
    private readonly router: Pick<RouterClient, 'decide' | 'getDecision'>,
    randomHex: RandomHex = pooledRandomHex(),
  ) {
    this.#randomHex = randomHex;
  }

  /** `POST /api/v1/routes/decide`. `body` is the request's body as it came; it is passed on byte for byte. */
  async decide(headers: HttpHeaders, body: Uint8Array | undefined): Promise<HttpAnswer> {
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
    const { tenantId } = checked.body;
    const context = this.#context(caller, checked.body);
    const answer = await this.router.decide(body, toCall(tenantId, context));
    return toHttpAnswer(answer, context);
  }

  /** `GET /api/v1/routes/decide/:messageId`. The tenant must come in `X-Tenant-ID`: there is no body to name it. */
  async getDecision(headers: HttpHeaders, messageId: string): Promise<HttpAnswer> {
    const caller = readCallerHeaders(headers);
    const violations = [...checkCallerHeaders(caller), ...checkMessageId(messageId)];
    const { tenantId } = caller;
    if (tenantId === undefined) {
      violations.push(violation('X-Tenant-ID', undefined, 'is required'));
    }
    if (tenantId === undefined || violations.length > 0) {
      return this.#invalid(NO_CALLER, violations);
    }
    const context = this.#context(caller, { requestId: messageId });
    const answer = await this.router.getDecision(messageId, toCall(tenantId, context));
    return toHttpAnswer(answer, context);
  }

  /** A response for a failure outside the two routes, in the same shape and with the same headers. */
  refuse(headers: HttpHeaders, failure: GatewayFailure): HttpAnswer {
    const caller = readCallerHeaders(headers);
    // What breaks a rule is not echoed.
    const usable = checkCallerHeaders(caller).length === 0 ? caller : NO_CALLER;
    return errorAnswer(failure, this.#context(usable, {}));
  }

  #invalid(caller: CallerHeaders, violations: readonly Violation[], known: Known = {}): HttpAnswer {
    return errorAnswer(invalidRequest(violations), this.#context(caller, known));
  }

  // A header beats the body (architecture 5).
  #context(caller: CallerHeaders, known: Known): RequestContext {
    const given = {
      traceId: caller.traceId ?? known.traceId,
      traceparent: caller.traceparent,
    };
    const { traceId, traceparent, spanId } = completeTrace(given, this.#randomHex);
    return {
      requestId: known.requestId,
      tenantId: caller.tenantId ?? known.tenantId,
      traceId,
      traceparent,
      spanId,
      idempotencyKey: caller.idempotencyKey,
    };
  }
}

function toCall(tenantId: string, context: RequestContext): RouterCall {
  const { traceId, traceparent, spanId, idempotencyKey } = context;
  return { tenantId, traceId, traceparent, spanId, idempotencyKey };
}

function checkMessageId(messageId: string): readonly Violation[] {
  if (messageId.length >= 1 && messageId.length <= MAX_MESSAGE_ID_LENGTH) return [];
  const rule = `must have 1 to ${MAX_MESSAGE_ID_LENGTH} characters`;
  return [violation('messageId', messageId, rule)];
}
