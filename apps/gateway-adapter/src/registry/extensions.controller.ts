import { Controller, Get, Req, Res } from '@nestjs/common';
import { ROUTES } from '../entrance/route-rules.js';
import { type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import { ExtensionRoutes } from './registry.openapi.js';
import { RegistryDesk } from './registry-desk.js';

/** The state of the router's extensions, as far as the router serves it; what it does not serve is answered with 501. */
@Controller('api/v1/extensions')
export class ExtensionsController {
  constructor(private readonly desk: RegistryDesk) {}

  @Get('health')
  @ExtensionRoutes.health
  async health(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const rules = ROUTES.readExtensions;
    send(reply, await this.desk.serve(request, { question: 'extensionHealth', rules }));
  }

  @Get('circuit-breakers')
  @ExtensionRoutes.breakers
  async breakers(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const rules = ROUTES.readExtensions;
    send(reply, await this.desk.serve(request, { question: 'circuitBreakers', rules }));
  }
}
