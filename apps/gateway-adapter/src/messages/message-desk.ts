import {
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  type ReadRequest,
  toHttpAnswer,
} from '@beamline/gateway-adapter';
import { withHeaders } from '../entrance/refusals.js';
import type { MessageAnswers } from './message-answers.js';
import { messageDocument } from './message-document.js';
import type { MessagePublisher } from './message-publisher.js';
import type { Message } from './message-state.js';
import type { StreamDesk } from './stream-desk.js';
import type { Seen } from './stream-events.js';

const UNKNOWN: GatewayFailure = {
  code: 'message_not_found',
  message: 'no such message is known',
  status: 404,
};
const STREAMS_FULL = {
  gateway: {
    code: 'service_overloaded',
    message: 'too many event streams are open, retry later',
    status: 503,
    retryAfterSeconds: 5,
  },
  tenant: {
    code: 'rate_limited',
    message: 'your tenant has too many event streams open',
    retryAfterSeconds: 5,
  },
} as const;

/** Takes messages, and tells where they stand, in HTTP. */
export class MessageDesk {
  constructor(
    private readonly publisher: Pick<MessagePublisher, 'publish'>,
    private readonly answers: Pick<MessageAnswers, 'find'>,
    private readonly streams: Pick<StreamDesk, 'full'>,
  ) {}

  /** Puts a message into the stream; `body` as it came. */
  async publish(request: ReadRequest, body: Uint8Array): Promise<HttpAnswer> {
    const published = await this.publisher.publish(request, body);
    if (!published.ok) return errorAnswer(published.failure, request.context);
    const location = `/api/v1/messages/${encodeURIComponent(request.requestId)}`;
    return withHeaders(documentAnswer(202, request, published.message), { location });
  }

  /** Where a message stands. */
  async find(request: ReadRequest): Promise<HttpAnswer> {
    const found = await this.answers.find({
      tenantId: request.tenantId,
      messageId: request.requestId,
    });
    if (found.kind === 'known') return documentAnswer(200, request, found.message);
    return found.kind === 'unknown'
      ? errorAnswer(UNKNOWN, request.context)
      : toHttpAnswer(found.answer, request.context);
  }

  /**
   * Why there is no stream to open; `undefined`: there is one. Who has seen the end is told so: a client of events would
   * come back for ever.
   */
  async whyNoStream(request: ReadRequest, seen: Seen): Promise<HttpAnswer | undefined> {
    if (seen.kind === 'everything') return { status: 204, headers: {}, body: '' };
    // Who has seen something knows that there is such a message; this gateway may have forgotten, or never known.
    if (seen.kind === 'some') return undefined;
    const { tenantId, requestId: messageId } = request;
    const found = await this.answers.find({ tenantId, messageId });
    return found.kind === 'unknown' ? errorAnswer(UNKNOWN, request.context) : undefined;
  }

  /** Why there is no room for one more stream now; `undefined`: there is, and it must be taken before anything else happens. */
  whyNoRoom({ tenantId, context }: ReadRequest): HttpAnswer | undefined {
    const full = this.streams.full(tenantId);
    return full === undefined ? undefined : errorAnswer(STREAMS_FULL[full], context);
  }
}

function documentAnswer(status: number, request: ReadRequest, message: Message): HttpAnswer {
  const { context, tenantId, requestId: messageId } = request;
  const body = JSON.stringify({
    ok: true,
    message: messageDocument({ tenantId, messageId }, message),
    context: { request_id: messageId, trace_id: context.traceId, tenant_id: tenantId },
  });
  const headers = { 'content-type': 'application/json; charset=utf-8', ...traceOf(context) };
  return { status, headers, body };
}

/** The headers that tell the trace of a request. */
export function traceOf({ traceId, traceparent }: ReadRequest['context']) {
  return { 'x-trace-id': traceId, traceparent };
}
