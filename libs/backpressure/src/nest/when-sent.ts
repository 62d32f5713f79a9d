import { type ExecutionContext, StreamableFile } from '@nestjs/common';
import type { Outcome } from '../core/index.js';
import { rawResponse } from './http-response.js';
import { grpcCallOf } from './incoming-call.js';

/**
 * Waits for the end of an answer that is still being sent when its handler is done: a body that streams, a response the
 * handler sends itself, a gRPC stream that was passed through to it. @returns `false` when there is nothing to wait for.
 */
export function whenSent(
  context: ExecutionContext,
  answer: unknown,
  onEnd: (outcome: Outcome) => void,
): boolean {
  const args: readonly unknown[] = context.getArgs();
  if (context.getType() === 'http') return whenResponded(args[1], answer, onEnd);
  const [first] = args;
  const call = grpcCallOf(args);
  if (call === undefined || call !== first || call.destroyed === true) return false;
  let outcome: Outcome = 'success';
  call.once('cancelled', () => (outcome = 'ignored'));
  call.once('close', () => onEnd(outcome));
  return true;
}

function whenResponded(
  response: unknown,
  answer: unknown,
  onEnd: (outcome: Outcome) => void,
): boolean {
  // No value: the handler sends the response itself, or Nest is about to send an empty one.
  if (answer !== undefined && !isStreaming(answer)) return false;
  const raw = rawResponse(response);
  if (raw === undefined || raw.writableFinished) return false;
  const end = (): void => onEnd(raw.writableFinished ? 'success' : 'ignored');
  // The caller may have left before the handler was done: then nothing closes any more.
  if (raw.destroyed) end();
  else raw.once('close', end);
  return true;
}

/** Whether Nest sends a value piece by piece. */
function isStreaming(value: unknown): boolean {
  if (value instanceof StreamableFile || value instanceof Response) return true;
  if (typeof value !== 'object' || value === null) return false;
  return 'pipe' in value || 'getReader' in value || Symbol.asyncIterator in value;
}
