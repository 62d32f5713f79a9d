import { HttpException } from '@nestjs/common';
import type { Refusal } from '../core/index.js';
import type { IncomingCall } from './incoming-call.js';
import type { Protection } from './protection.js';

/** A request that was refused for overload, on its way to {@link OverloadFilter}. */
export class OverloadException extends HttpException {
  override readonly name = 'OverloadException';

  private constructor(
    readonly refusal: Refusal,
    readonly protection: Protection,
    readonly call: IncomingCall,
    readonly tenantId: string | undefined,
  ) {
    const message = protection.writer.message(refusal);
    super({ code: 'service_overloaded', message }, protection.writer.httpStatus);
  }

  /** Without a stack: under overload there are many, and where they come from is known. */
  static of(
    refusal: Refusal,
    protection: Protection,
    call: IncomingCall,
    tenantId: string | undefined,
  ): OverloadException {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return new OverloadException(refusal, protection, call, tenantId);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}
