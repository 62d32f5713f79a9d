import { HttpException } from '@nestjs/common';
import type { GatewayRefusal } from '../adapters/gateway-refusal.js';
import type { HttpHeaders } from '../core/check-headers.js';
import type { HttpAnswer } from '../core/http-answer.js';

/** A request that was refused at the gateway, on its way to {@link GatewayRefusedFilter}. */
export class GatewayRefusedException extends HttpException {
  override readonly name = 'GatewayRefusedException';

  private constructor(
    readonly refusal: GatewayRefusal,
    readonly answer: HttpAnswer,
  ) {
    const text =
      typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body);
    const body: unknown = JSON.parse(text);
    super(isRecord(body) ? body : text, answer.status);
  }

  /** Without a stack: under overload there are many, and where they come from is known. */
  static of(refusal: GatewayRefusal, headers: HttpHeaders): GatewayRefusedException {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return new GatewayRefusedException(refusal, refusal.http(headers));
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
