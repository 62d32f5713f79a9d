import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';

/** What is done with a reply, as Fastify has it. */
interface HttpReply {
  code(status: number): unknown;
  send(body: unknown): unknown;
}

/** Lets a failed probe answer with Terminus' own report, whatever error body the other routes of the app have. */
@Catch(HttpException)
export class HealthExceptionFilter implements ExceptionFilter<HttpException> {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<HttpReply>();
    reply.code(exception.getStatus());
    reply.send(exception.getResponse());
  }
}
