import { Body, Controller, Headers, Post, Query, Res } from '@nestjs/common';
import { Protected } from '@beamline/backpressure';
import { EXPLAIN_SUBJECT } from '../overload/overload-options.js';
import { ExplainDoor } from './explain-door.js';

/** The part of Fastify's reply that is needed here. */
interface HttpReply {
  status(code: number): HttpReply;
  send(body: unknown): HttpReply;
}

/** What would be decided, and why: every candidate, kept or excluded. */
@Controller('api/v1')
export class ExplainController {
  constructor(private readonly door: ExplainDoor) {}

  @Post('explain')
  @Protected(EXPLAIN_SUBJECT)
  explain(
    @Body() body: Buffer | undefined,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Query('level') level: string | undefined,
    @Res() reply: HttpReply,
  ): void {
    const reader = { get: (name: string) => headers[name.toLowerCase()] };
    const answer = this.door.answer(body ?? new Uint8Array(), reader, level);
    reply.status(answer.status).send(answer.body);
  }
}
