import type { RouterFailure } from '../core/failure.js';
import { type HeaderReader, readContextHeaders, traceIdOf } from '../core/headers.js';
import { DEFAULT_JSON_LIMITS } from '../core/limits.js';
import { refusalOf } from '../core/refusals.js';
import { GetDecisionDto } from '../dto/get-decision.dto.js';
import { compileValidator } from './compile-validator.js';
import { readJsonObject } from './json-body.js';

/** A question for a recorded decision, or what is wrong with it. */
export type DecodedGetDecision =
  | {
      readonly ok: true;
      readonly messageId: string;
      readonly tenantId?: string;
      readonly traceId?: string;
    }
  | { readonly ok: false; readonly failure: RouterFailure };

const validator = compileValidator(GetDecisionDto);

/** Decodes `{message_id, tenant_id?}`. Header values beat payload values; never throws. */
export function decodeGetDecision(bytes: Uint8Array, reader: HeaderReader): DecodedGetDecision {
  const read = readJsonObject(bytes, DEFAULT_JSON_LIMITS);
  if (!read.ok) return read;
  const { body } = read;
  const headers = readContextHeaders(reader);
  if (headers.tenantId) body['tenant_id'] = headers.tenantId;
  if (headers.traceId) body['trace_id'] = headers.traceId;
  if (!validator.matches(body)) return { ok: false, failure: refusalOf(validator.problems(body)) };

  const tenantId = body.tenant_id;
  const traceId = traceIdOf({
    traceId: body.trace_id ?? undefined,
    traceparent: headers.traceparent,
  });
  return {
    ok: true,
    messageId: body.message_id,
    ...(tenantId ? { tenantId } : undefined),
    ...(traceId ? { traceId } : undefined),
  };
}
