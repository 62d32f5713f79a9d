import { DecideGateway } from '@beamline/gateway-adapter';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { type HttpReply, type HttpRequest, send } from '../http/http-types.js';

/** Decide over HTTP. No pipe, no interceptor: this path is measured. */
@Controller('api/v1/routes/decide')
export class DecideController {
  constructor(private readonly gateway: DecideGateway) {}

  /** Hands the body to the router as it came, and the router's answer back. */
  @Post()
  async decide(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { headers, body } = request;
    const bytes = body instanceof Uint8Array ? body : undefined;
    send(reply, await this.gateway.decide(headers, bytes));
  }

  /** Looks up what was decided for an earlier request. */
  @Get(':messageId')
  async getDecision(
    @Param('messageId') messageId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    send(reply, await this.gateway.getDecision(request.headers, messageId));
  }
}
