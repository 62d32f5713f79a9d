import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { type SchemaName, SCHEMAS } from './schemas.js';

/** What a route answers with. */
interface DescribedAnswer {
  readonly about: string;
  /** Absent: no body. */
  readonly schema?: SchemaName;
  /** Default `application/json`. */
  readonly type?: string;
}

/** What the OpenAPI document says of a route. */
export interface DescribedRoute {
  readonly tag: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: SchemaName;
  /** Parameters in the path that the handler does not name one by one. */
  readonly params?: readonly string[];
  /** Request headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** Statuses of errors, beside those that every guarded route has. */
  readonly errors?: readonly number[];
  /** No key or token is asked for. */
  readonly isOpen?: boolean;
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request breaks a rule: `invalid_request`, with all violations in `details`.',
  401: 'Who makes the request is not known: `unauthorized`.',
  403: 'The caller may not do this, or not for this tenant: `forbidden`.',
  404: 'There is no such thing.',
  409: 'It was seen before, or is there already.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  429: 'Over the limit of the tenant (`rate_limited`), or more than the router takes (`service_overloaded`); `Retry-After` says when to come back.',
  500: 'A mistake of ours, or of the router.',
  501: 'The router does not serve this yet: `not_implemented`.',
  502: 'The router does not let the gateway ask: its key is not that of the router (`internal`).',
  503: 'The router cannot be reached (`unavailable`, `timeout`); `Retry-After` says when to come back.',
  504: 'An extension did not answer in time.',
};
const GUARDED: readonly number[] = [401, 403, 429];

/** Describes a route for the OpenAPI document. */
export function described(route: DescribedRoute): MethodDecorator {
  const { tag, id, summary, description, body, isOpen = false } = route;
  const statuses = [...(isOpen ? [] : GUARDED), ...(route.errors ?? [])];
  const errors = [...new Set(statuses)].toSorted((one, other) => one - other);
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ operationId: id, summary, ...(description !== undefined && { description }) }),
    ...(isOpen ? [] : [ApiSecurity('key'), ApiSecurity('bearer')]),
    ...(route.params ?? []).map((name) => ApiParam({ name, schema: { type: 'string' } })),
    ...Object.entries(route.headers ?? {}).map(([name, about]) =>
      ApiHeader({ name, required: false, description: about, schema: { type: 'string' } }),
    ),
    ...(body === undefined ? [] : [ApiBody({ required: true, schema: refTo(body) })]),
    ...Object.entries(route.answers).map(([status, answer]) => answerOf(Number(status), answer)),
    ...errors.map((status) =>
      answerOf(status, { about: ERRORS[status] ?? 'An error.', schema: 'Error' }),
    ),
  );
}

function answerOf(status: number, { about, schema, type = 'application/json' }: DescribedAnswer) {
  const content = schema === undefined ? {} : { content: { [type]: { schema: refTo(schema) } } };
  return ApiResponse({ status, description: about, ...content });
}

function refTo(name: SchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${name satisfies keyof typeof SCHEMAS}` };
}
