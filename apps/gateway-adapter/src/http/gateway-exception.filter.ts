import { type GatewayFailure, RequestReader } from '@beamline/gateway-adapter';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import { brokenFailure } from './broken-failure.js';
import { type HttpReply, type HttpRequest, send } from './http-types.js';

/** The only place where what went wrong in the HTTP server meets the error body of the contract. */
@Catch()
export class GatewayExceptionFilter implements ExceptionFilter<unknown> {
  readonly #logger = new Logger('http');

  constructor(private readonly reader: RequestReader) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<HttpReply>();
    const failure = this.#failureOf(exception);
    // Half a response cannot be taken back.
    if (reply.sent) return;
    send(reply, this.reader.refuse(http.getRequest<HttpRequest>().headers, failure));
  }

  // The texts of exceptions stay here: they may tell of the inside.
  #failureOf(exception: unknown): GatewayFailure {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    if (status >= 400 && status < 500) return brokenFailure(status);
    this.#logger.error(
      exception instanceof Error ? (exception.stack ?? exception.message) : 'unknown',
    );
    return { code: 'internal', message: 'internal server error' };
  }
}
