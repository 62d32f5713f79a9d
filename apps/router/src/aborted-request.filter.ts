import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isSystemError } from './system-error.js';

/** A client that hangs up in the middle of its request is no fault of ours, and nobody is left to answer. */
@Catch()
export class AbortedRequestFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    if (isSystemError(exception, 'ECONNRESET')) return;
    // oxlint-disable-next-line promise/valid-params -- no promise, but Nest's filter
    super.catch(exception, host);
  }
}
