import { HEADERS, IDEMPOTENCY_KEY_HEADERS } from '@beamline/contracts/core';
import type { EdgeEvent, GatewayFailure, ReadRequest } from '@beamline/gateway-adapter';
import type { AckedPublisher, PubResult } from '@beamline/jetstream';
import type { Clock, Observer } from '@beamline/kernel';
import { randomUUID } from 'node:crypto';
import type { MessageBoard } from './message-board.js';
import { messageKey, replySubjectOf } from './message-key.js';
import type { Message } from './message-state.js';

/** What a {@link MessagePublisher} stands on. */
export interface MessagePublisherParts {
  readonly publisher: Pick<AckedPublisher, 'publish'>;
  readonly board: MessageBoard;
  /** The router's durable door. */
  readonly subject: string;
  /** Unix time. */
  readonly wall: Clock;
  readonly clock: Clock;
  readonly observe: Observer<EdgeEvent>;
}

/** A message that is in the stream, or why it is not. */
export type Published =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly failure: GatewayFailure };

type PubFailure = Extract<PubResult, { ok: false }>['reason'];

const [IDEMPOTENCY_KEY = 'idempotency_key'] = IDEMPOTENCY_KEY_HEADERS;
const unavailable = (message: string): GatewayFailure => ({
  code: 'unavailable',
  message,
  retryAfterSeconds: 1,
});
// The router settles durable requests by their id and their bytes.
const REPEAT_IT = 'it is not known whether the message was stored: send it again as it is';
const OVERLOADED: GatewayFailure = {
  code: 'service_overloaded',
  message: 'too many messages are being stored, retry later',
  status: 503,
  retryAfterSeconds: 1,
};
const FAILURES: Readonly<Record<PubFailure, GatewayFailure>> = {
  timeout: unavailable(REPEAT_IT),
  connection: unavailable('the connection to the stream is down'),
  no_stream: unavailable('no stream takes messages'),
  window_full: OVERLOADED,
  broker_error: unavailable(
    'the stream does not take the message: it is full, or the message is too large',
  ),
  nack: unavailable(REPEAT_IT),
  wrong_sequence: unavailable(REPEAT_IT),
  unknown: unavailable(REPEAT_IT),
};

/** Puts messages into the stream of the router's durable door. */
export class MessagePublisher {
  constructor(private readonly parts: MessagePublisherParts) {}

  /** Publishes `body` as it came, and waits until the stream has it. */
  async publish(request: ReadRequest, body: Uint8Array): Promise<Published> {
    const { publisher, board, subject, wall, clock, observe } = this.parts;
    const startedMs = clock.nowMs();
    const key = messageKey(request.tenantId, request.requestId);
    board.forget(key);
    const result = await publisher.publish(subject, body, {
      // Of this publish alone: were it the request's own, the stream would swallow a repeat, and nobody would answer it here.
      msgId: randomUUID(),
      headers: headersOf(request, replySubjectOf(key)),
    });
    const durationMs = clock.nowMs() - startedMs;
    observe({ type: 'message-published', outcome: outcomeOf(result), durationMs });
    if (!result.ok) return { ok: false, failure: FAILURES[result.reason] };
    const atMs = Math.round(wall.nowMs());
    return { ok: true, message: board.accepted(key, { seq: result.seq, atMs }) };
  }
}

function outcomeOf(result: PubResult): 'accepted' | 'refused' | 'unavailable' {
  if (result.ok) return 'accepted';
  const isRefused = result.reason === 'broker_error' || result.reason === 'window_full';
  return isRefused ? 'refused' : 'unavailable';
}

function headersOf({ call }: ReadRequest, replyTo: string): Readonly<Record<string, string>> {
  const { tenantId, traceId, traceparent, spanId, idempotencyKey } = call;
  return {
    [HEADERS.version]: '1',
    [HEADERS.tenantId]: tenantId,
    [HEADERS.replyTo]: replyTo,
    ...(traceId !== undefined && { [HEADERS.traceId]: traceId }),
    ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
    ...(spanId !== undefined && { [HEADERS.spanId]: spanId }),
    ...(idempotencyKey !== undefined && { [IDEMPOTENCY_KEY]: idempotencyKey }),
  };
}
