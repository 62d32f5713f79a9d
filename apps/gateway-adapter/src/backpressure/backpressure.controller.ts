import { GATEWAY, type Gateway, type HttpAnswer, RequestReader } from '@beamline/gateway-adapter';
import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { Entrance } from '../entrance/entrance.js';
import { withHeaders } from '../entrance/refusals.js';
import { ROUTES } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { BackpressureRoutes } from './backpressure.openapi.js';
import { loadDocument } from './load-document.js';

/** What the gateway knows of the router's load, and where the router tells it. */
@Controller('api/v1/backpressure')
export class BackpressureController {
  constructor(
    private readonly entrance: Entrance,
    private readonly reader: RequestReader,
    @Inject(GATEWAY)
    private readonly gateway: Pick<Gateway, 'view' | 'status' | 'receive' | 'admission'>,
  ) {}

  /** The router's status as it is now, and what the gateway does about it. */
  @Get()
  @BackpressureRoutes.status
  async status(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const entered = await this.entrance.enter(arrivalOf(request), ROUTES.status);
    if (!entered.ok) return send(reply, entered.answer);
    const { traceId, traceparent } = this.reader.contextOf(entered.headers);
    const { subject } = this.gateway.admission();
    const router = await this.gateway.status();
    const answer: HttpAnswer = {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-trace-id': traceId,
        traceparent,
      },
      body: JSON.stringify({
        success: true,
        data: loadDocument(subject, this.gateway.view(), router),
      }),
    };
    send(reply, withHeaders(answer, entered.answerHeaders));
  }

  /** Takes a notification of the router. Its signature says who sent it: no caller's key is asked for. */
  @Post('notifications')
  @HttpCode(204)
  @BackpressureRoutes.notify
  notify(@Req() request: HttpRequest, @Res() reply: HttpReply): void {
    send(reply, this.gateway.receive(request.headers, bytesOf(request)));
  }
}
