import {
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  type HttpHeaders,
  type RequestReader,
} from '@beamline/gateway-adapter';
import type { Entrance } from '../entrance/entrance.js';
import type { RouteRules } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpRequest } from '../http/http-types.js';
import type { AdminClient } from './admin-client.js';
import type { AdminQuestion } from './admin-subjects.js';

/** A question for the router that an HTTP request stands for. */
export interface RegistryQuestion {
  readonly question: AdminQuestion;
  readonly rules: RouteRules;
  /** What the path names; a tenant among it is the one that is asked about. */
  readonly ids?: PathIds;
  /** What the router is asked. Without it, the request itself. */
  readonly of?: (body: Fields, headers: HttpHeaders) => object;
}

/** What a path names. */
export interface PathIds {
  readonly tenantId: string;
  readonly policyId?: string;
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

  serve(request: HttpRequest, asked: RegistryQuestion): Promise<HttpAnswer> {
    const { question, rules, ids, of } = asked;
    return this.entrance.serve(arrivalOf(request, ids?.tenantId), rules, ({ headers }) => {
      const bad = badId(ids);
      if (bad !== undefined) return this.reader.refuse(headers, bad);
      const body = rules.needsBody === true ? parse(bytesOf(request)) : {};
      if (body === undefined) {
        const message = 'body must be a JSON object';
        return this.reader.refuse(headers, { code: 'invalid_request', message });
      }
      return this.#ask(headers, question, of === undefined ? body : of(body, headers));
    });
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

/** What is wrong with the ids of a path; `undefined`: nothing. */
function badId(ids: PathIds | undefined): GatewayFailure | undefined {
  const named: readonly [string, string][] = Object.entries(ids ?? {});
  const bad = named.find(([, id]) => !ID.test(id));
  if (bad === undefined) return undefined;
  const [name, id] = bad;
  const shown = JSON.stringify(id.slice(0, 64));
  const message = `${name} must have 1 to 255 letters, digits, _ . - (got ${shown})`;
  return { code: 'invalid_request', message };
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
