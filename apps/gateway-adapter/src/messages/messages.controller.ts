import { RequestReader } from '@beamline/gateway-adapter';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Entrance } from '../entrance/entrance.js';
import { withHeaders } from '../entrance/refusals.js';
import { ROUTES } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { MessageDesk, traceOf } from './message-desk.js';
import { StreamDesk } from './stream-desk.js';
import { readSeen } from './stream-events.js';
import { MessageRoutes } from './messages.openapi.js';

/** Durable requests over HTTP: accepted at once, decided when the router has room, followed by who wants to know. */
@Controller('api/v1/messages')
export class MessagesController {
  constructor(
    private readonly entrance: Entrance,
    private readonly reader: RequestReader,
    private readonly desk: MessageDesk,
    private readonly streams: StreamDesk,
  ) {}

  /** Takes a decide request for later. */
  @Post()
  @MessageRoutes.publish
  async publish(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const answer = await this.entrance.serve(
      arrivalOf(request),
      ROUTES.postMessage,
      ({ headers }) => {
        const body = bytesOf(request);
        const read = this.reader.readDecide(headers, body);
        return read.ok ? this.desk.publish(read.request, body) : read.answer;
      },
    );
    send(reply, answer);
  }

  /** Tells where a message stands. */
  @Get(':messageId')
  @MessageRoutes.find
  async find(
    @Param('messageId') messageId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const answer = await this.entrance.serve(
      arrivalOf(request),
      ROUTES.getMessage,
      ({ headers }) => {
        const read = this.reader.readQuestion(headers, 'messageId', messageId);
        return read.ok ? this.desk.find(read.request) : read.answer;
      },
    );
    send(reply, answer);
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
    const nothing = await this.desk.whyNoStream(read.request, seen);
    // Nothing may be awaited from here on: others would take the same room, and a gateway that stops would wait for it.
    const refusal = nothing ?? this.desk.whyNoRoom(read.request);
    if (refusal !== undefined) return send(reply, withHeaders(refusal, entered.answerHeaders));
    const { tenantId, requestId, context } = read.request;
    reply.hijack();
    this.streams.open(reply.raw, {
      ids: { tenantId, messageId: requestId },
      seen,
      headers: { ...traceOf(context), ...entered.answerHeaders },
    });
  }
}
