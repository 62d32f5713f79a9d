import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { HttpReply } from '../http/http-types.js';

/** Lets a failed probe answer with Terminus' own report instead of the error body of the decide routes. */
@Catch(HttpException)
export class HealthExceptionFilter implements ExceptionFilter<HttpException> {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<HttpReply>();
    reply.code(exception.getStatus());
    reply.send(exception.getResponse());
  }
}
