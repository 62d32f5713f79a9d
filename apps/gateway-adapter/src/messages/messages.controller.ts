import {
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  type ReadRequest,
  RequestReader,
  toHttpAnswer,
} from '@beamline/gateway-adapter';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Entrance } from '../entrance/entrance.js';
import { withHeaders } from '../entrance/refusals.js';
import { ROUTES } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { MessageAnswers } from './message-answers.js';
import { messageDocument } from './message-document.js';
import { MessagePublisher } from './message-publisher.js';
import type { Message } from './message-state.js';
import { StreamDesk } from './stream-desk.js';
import { readSeen, type Seen } from './stream-events.js';
import { MessageRoutes } from './messages.openapi.js';

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

/** Durable requests over HTTP: accepted at once, decided when the router has room, followed by who wants to know. */
@Controller('api/v1/messages')
export class MessagesController {
  constructor(
    private readonly entrance: Entrance,
    private readonly reader: RequestReader,
    private readonly publisher: MessagePublisher,
    private readonly answers: MessageAnswers,
    private readonly desk: StreamDesk,
  ) {}

  /** Takes a decide request for later. */
  @Post()
  @MessageRoutes.publish
  async publish(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const entered = await this.entrance.enter(arrivalOf(request), ROUTES.postMessage);
    if (!entered.ok) return send(reply, entered.answer);
    const body = bytesOf(request);
    const read = this.reader.readDecide(entered.headers, body);
    const answer = read.ok ? await this.#publish(read.request, body) : read.answer;
    send(reply, withHeaders(answer, entered.answerHeaders));
  }

  /** Tells where a message stands. */
  @Get(':messageId')
  @MessageRoutes.find
  async find(
    @Param('messageId') messageId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const entered = await this.entrance.enter(arrivalOf(request), ROUTES.getMessage);
    if (!entered.ok) return send(reply, entered.answer);
    const read = this.reader.readQuestion(entered.headers, 'messageId', messageId);
    const answer = read.ok ? await this.#find(read.request) : read.answer;
    send(reply, withHeaders(answer, entered.answerHeaders));
  }

  /** Tells every step of a message as server-sent events. */
  @Get(':messageId/stream')
  @MessageRoutes.stream
  async stream(
    @Param('messageId') messageId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const entered = await this.entrance.enter(arrivalOf(request), ROUTES.getMessage);
    if (!entered.ok) return send(reply, entered.answer);
    const read = this.reader.readQuestion(entered.headers, 'messageId', messageId);
    if (!read.ok) return send(reply, withHeaders(read.answer, entered.answerHeaders));
    const seen = readSeen(request.headers['last-event-id']);
    const refusal = await this.#whyNot(read.request, seen);
    if (refusal !== undefined) return send(reply, withHeaders(refusal, entered.answerHeaders));
    const { tenantId, requestId, context } = read.request;
    reply.hijack();
    this.desk.open(reply.raw, {
      ids: { tenantId, messageId: requestId },
      seen,
      headers: { ...traceOf(context), ...entered.answerHeaders },
    });
  }

  async #publish(request: ReadRequest, body: Uint8Array): Promise<HttpAnswer> {
    const published = await this.publisher.publish(request, body);
    if (!published.ok) return errorAnswer(published.failure, request.context);
    const location = `/api/v1/messages/${encodeURIComponent(request.requestId)}`;
    return withHeaders(documentAnswer(202, request, published.message), { location });
  }

  async #find(request: ReadRequest): Promise<HttpAnswer> {
    const found = await this.answers.find({
      tenantId: request.tenantId,
      messageId: request.requestId,
    });
    if (found.kind === 'known') return documentAnswer(200, request, found.message);
    return found.kind === 'unknown'
      ? errorAnswer(UNKNOWN, request.context)
      : toHttpAnswer(found.answer, request.context);
  }

  /** Who has seen the end is told so: a client of events would come back for ever. */
  async #whyNot(request: ReadRequest, seen: Seen): Promise<HttpAnswer | undefined> {
    if (seen.kind === 'everything') return { status: 204, headers: {}, body: '' };
    const full = this.desk.full(request.tenantId);
    if (full !== undefined) return errorAnswer(STREAMS_FULL[full], request.context);
    // Who has seen something knows that there is such a message; this gateway may have forgotten, or never known.
    if (seen.kind === 'some') return undefined;
    const { tenantId, requestId: messageId } = request;
    const found = await this.answers.find({ tenantId, messageId });
    return found.kind === 'unknown' ? errorAnswer(UNKNOWN, request.context) : undefined;
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

function traceOf({ traceId, traceparent }: ReadRequest['context']) {
  return { 'x-trace-id': traceId, traceparent };
}
