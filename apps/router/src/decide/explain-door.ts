import type { DecideDecoder } from '@beamline/contracts';
import {
  ERRORS,
  errorResponse,
  failureOfReason,
  type HeaderReader,
  type ReplyContext,
  type RouterFailure,
} from '@beamline/contracts/core';
import { EXPLAIN_LEVELS, type ExplainLevel } from '@beamline/policy/core';
import { DecideService } from './decide.service.js';

/** An HTTP status and its JSON body. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Explains what would be decided for a request in any of the decide forms, without any effect. */
export class ExplainDoor {
  constructor(
    private readonly decoder: DecideDecoder,
    private readonly decide: DecideService,
  ) {}

  /** @param level `minimal`, `detailed` (default) or `verbose`. */
  answer(data: Uint8Array, headers: HeaderReader, level = 'detailed'): HttpAnswer {
    if (!isLevel(level)) return failed(unknownLevel(level), { requestId: '' });
    const decoded = this.decoder.decode(data, headers);
    if (!decoded.ok) {
      const { failure, requestId = '', traceId } = decoded;
      return failed(failure, { requestId, traceId });
    }
    const explained = this.decide.explain(decoded.command, level);
    if (!explained.ok) return failed(explained.failure, decoded.command);
    return { status: 200, body: { ok: true, explanation: explained.explanation } };
  }
}

function isLevel(level: string): level is ExplainLevel {
  return EXPLAIN_LEVELS.some((known) => known === level);
}

function unknownLevel(level: string): RouterFailure {
  const message = `level "${level.slice(0, 64)}" must be one of ${EXPLAIN_LEVELS.join(', ')}`;
  return failureOfReason('invalid_request', { message });
}

function failed(failure: RouterFailure, context: ReplyContext): HttpAnswer {
  return { status: ERRORS[failure.code].httpStatus, body: errorResponse(failure, context) };
}
