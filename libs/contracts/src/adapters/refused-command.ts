import { MAX_ID_LENGTH } from '../core/correlation.js';
import type { DecodedCommand } from '../core/decide-command.js';
import type { RouterFailure } from '../core/failure.js';
import { type ContextHeaders, traceIdOf } from '../core/headers.js';
import type { JsonBody } from './json-body.js';

type Refused = Extract<DecodedCommand, { ok: false }>;

/** A failure together with every id that could still be read, so that the caller recognises the answer. */
export function refused(
  failure: RouterFailure,
  headers: ContextHeaders,
  body: JsonBody = {},
): Refused {
  const { message } = body;
  const inner: JsonBody = typeof message === 'object' && message !== null ? { ...message } : {};
  const requestId = firstId(body['request_id'], inner['message_id'], body['message_id']);
  const tenantId = firstId(headers.tenantId, body['tenant_id'], inner['tenant_id']);
  const traceId = firstId(
    traceIdOf({ traceId: firstId(headers.traceId, body['trace_id'], inner['trace_id']) }),
    traceIdOf({ traceparent: headers.traceparent }),
  );
  return {
    ok: false,
    failure,
    ...(requestId ? { requestId } : undefined),
    ...(traceId ? { traceId } : undefined),
    ...(tenantId ? { tenantId } : undefined),
  };
}

/** The first value that can serve as an id; one that is too long is cut, as it is only echoed. */
function firstId(...values: readonly unknown[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found.slice(0, MAX_ID_LENGTH) : undefined;
}
