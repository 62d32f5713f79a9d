import {
  errorAnswer,
  type HttpAnswer,
  type HttpHeaders,
  type RequestReader,
} from '@beamline/gateway-adapter';
import type { Entrance } from '../entrance/entrance.js';
import { withHeaders } from '../entrance/refusals.js';
import type { RouteRules } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpRequest } from '../http/http-types.js';
import type { AdminClient } from './admin-client.js';
import type { AdminQuestion } from './admin-subjects.js';

/** A question for the router that an HTTP request stands for. */
export interface RegistryQuestion {
  readonly question: AdminQuestion;
  readonly rules: RouteRules;
  /** The tenant that the path names. */
  readonly tenant?: string;
  /** What the router is asked. Without it, the request itself. */
  readonly of?: (body: Fields, headers: HttpHeaders) => object;
}

type Fields = Readonly<Record<string, unknown>>;

const ID = /^[a-zA-Z0-9_.-]{1,255}$/;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Passes administrators' requests on to the router, and its answers back. */
export class RegistryDesk {
  constructor(
    private readonly entrance: Entrance,
    private readonly admin: AdminClient,
    private readonly reader: RequestReader,
  ) {}

  async serve(request: HttpRequest, asked: RegistryQuestion): Promise<HttpAnswer> {
    const { question, rules, tenant, of } = asked;
    const entered = await this.entrance.enter(arrivalOf(request, tenant), rules);
    if (!entered.ok) return entered.answer;
    const { headers, answerHeaders } = entered;
    const body = rules.needsBody === true ? parse(bytesOf(request)) : {};
    if (body === undefined) {
      const message = 'body must be a JSON object';
      return withHeaders(
        this.reader.refuse(headers, { code: 'invalid_request', message }),
        answerHeaders,
      );
    }
    const answer = await this.#ask(headers, question, of === undefined ? body : of(body, headers));
    return withHeaders(answer, answerHeaders);
  }

  /** The refusal of a path whose ids break the rules; `undefined`: they do not. */
  badIds(request: HttpRequest, ids: Readonly<Record<string, string>>): HttpAnswer | undefined {
    const bad = Object.entries(ids).find(([, id]) => !ID.test(id));
    if (bad === undefined) return undefined;
    const [name, id] = bad;
    const message = `${name} must have 1 to 255 letters, digits, _ . - (got ${JSON.stringify(id.slice(0, 64))})`;
    return this.reader.refuse(request.headers, { code: 'invalid_request', message });
  }

  async #ask(headers: HttpHeaders, question: AdminQuestion, about: object): Promise<HttpAnswer> {
    const context = this.reader.contextOf(headers);
    const answer = await this.admin.ask(question, about);
    if (!answer.ok) return errorAnswer(answer.failure, context);
    const { traceId, traceparent } = context;
    return {
      status: 200,
      headers: { 'content-type': JSON_TYPE, 'x-trace-id': traceId, traceparent },
      body: answer.body,
    };
  }
}

function parse(bytes: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
