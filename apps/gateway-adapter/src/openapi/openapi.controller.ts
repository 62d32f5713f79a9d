import { Controller, Get, Header } from '@nestjs/common';
import { described } from './described.js';
import { OpenApiPage } from './openapi-page.js';

/** Serves what the gateway serves, for machines to read. */
@Controller('api')
export class OpenApiController {
  constructor(private readonly page: OpenApiPage) {}

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @described({
    tag: 'meta',
    id: 'getOpenApi',
    summary: 'This document',
    answers: { 200: { about: 'The OpenAPI document.', schema: 'RouterDocument' } },
    isOpen: true,
  })
  document(): string {
    return this.page.text();
  }
}
