import type { DecodedCommand } from '../core/decide-command.js';
import { traceWarnings } from '../core/decide-rules.js';
import { intakeFailure } from '../core/failure.js';
import type { ContextHeaders } from '../core/headers.js';
import { unsupportedVersion } from '../core/refusals.js';
import { commandOfRouteRequest } from '../core/route-request-command.js';
import { protobufRefusal } from '../core/route-request-rules.js';
import { findSchemaVersion } from '../core/schema-version.js';
import type { RouteRequestLike } from '../core/wire-request.js';
import type { JsonBody } from './json-body.js';
import { refused } from './refused-command.js';

const NO_MESSAGE = intakeFailure(
  'SCHEMA_VALIDATION_FAILED',
  { reason: 'missing message' },
  'missing_message',
);

/** Makes a command of a decoded `RouteRequest`. */
export function fromRequest(request: RouteRequestLike, headers: ContextHeaders): DecodedCommand {
  if (!request.message) return refused(NO_MESSAGE, headers);
  if (headers.version !== undefined) {
    const version = findSchemaVersion({ header: headers.version });
    if (!version.ok) return refused(unsupportedVersion(version), headers, bodyOf(request));
  }
  const command = commandOfRouteRequest(request, headers, readPayload);
  const failure = protobufRefusal(command);
  if (failure) return refused(failure, headers, bodyOf(request));
  return { ok: true, command, warnings: traceWarnings(undefined, headers.traceparent) };
}

function bodyOf({ message }: RouteRequestLike): JsonBody {
  return { message };
}

/** Workers take JSON objects: other bytes are handed on as base64. */
function readPayload(payload: Uint8Array | string): unknown {
  const bytes = Buffer.from(payload);
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Not JSON: the bytes themselves are the payload.
  }
  return { base64: bytes.toString('base64') };
}
