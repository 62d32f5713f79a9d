import { GATEWAY, type Gateway, type HttpAnswer, RequestReader } from '@beamline/gateway-adapter';
import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { type Admitted, Entrance } from '../entrance/entrance.js';
import { ROUTES } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { BackpressureRoutes } from './backpressure.openapi.js';
import { ADMISSION_MODE, type AdmissionMode, loadDocument } from './load-document.js';

/** What the gateway knows of the router's load, and where the router tells it. */
@Controller('api/v1/backpressure')
export class BackpressureController {
  constructor(
    private readonly entrance: Entrance,
    private readonly reader: RequestReader,
    @Inject(GATEWAY)
    private readonly gateway: Pick<Gateway, 'view' | 'status' | 'receive' | 'admission'>,
    @Inject(ADMISSION_MODE)
    private readonly mode: AdmissionMode,
  ) {}

  /** The router's status as it is now, and what the gateway does about it. */
  @Get()
  @BackpressureRoutes.status
  async status(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    send(
      reply,
      await this.entrance.serve(arrivalOf(request), ROUTES.status, (entered) =>
        this.#load(entered),
      ),
    );
  }

  /** Takes a notification of the router. Its signature says who sent it: no caller's key is asked for. */
  @Post('notifications')
  @HttpCode(204)
  @BackpressureRoutes.notify
  notify(@Req() request: HttpRequest, @Res() reply: HttpReply): void {
    send(reply, this.gateway.receive(request.headers, bytesOf(request)));
  }

  async #load({ headers }: Admitted): Promise<HttpAnswer> {
    const { traceId, traceparent } = this.reader.contextOf(headers);
    const { subject } = this.gateway.admission();
    const router = await this.gateway.status();
    const data = loadDocument(subject, { ...this.gateway.view(), mode: this.mode }, router);
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-trace-id': traceId,
        traceparent,
      },
      body: JSON.stringify({ success: true, data }),
    };
  }
}
