import { RequestReader } from '@beamline/gateway-adapter';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Entrance } from '../entrance/entrance.js';
import { ROUTES } from '../entrance/route-rules.js';
import { arrivalOf, bytesOf, type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { DecideRoutes } from './decide.openapi.js';
import { DecideDesk } from './decide-desk.js';

/** Decide over HTTP. No pipe, no interceptor: this path is measured. */
@Controller('api/v1/routes/decide')
export class DecideController {
  constructor(
    private readonly entrance: Entrance,
    private readonly reader: RequestReader,
    private readonly desk: DecideDesk,
  ) {}

  /** Hands the body to the router as it came, and the router's answer back. */
  @Post()
  @DecideRoutes.decide
  async decide(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const answer = await this.entrance.serve(arrivalOf(request), ROUTES.decide, (entered) => {
      const body = bytesOf(request);
      const read = this.reader.readDecide(entered.headers, body);
      if (read.ok) return this.desk.decide(read.request, body, entered);
      entered.ticket?.settle('unsent');
      return read.answer;
    });
    send(reply, answer);
  }

  /** Looks up what was decided for an earlier request. */
  @Get(':messageId')
  @DecideRoutes.getDecision
  async getDecision(
    @Param('messageId') messageId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const answer = await this.entrance.serve(
      arrivalOf(request),
      ROUTES.getDecision,
      ({ headers }) => {
        const read = this.reader.readQuestion(headers, 'messageId', messageId);
        return read.ok ? this.desk.getDecision(read.request) : read.answer;
      },
    );
    send(reply, answer);
  }
}
