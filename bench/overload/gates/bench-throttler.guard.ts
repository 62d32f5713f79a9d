import type { ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { refusalOn } from './refusal-on.js';

/** Takes what the guard would write into an HTTP response. */
const NO_RESPONSE = { header: () => undefined };

/** `@nestjs/throttler`, made to work without HTTP the way its documentation says: one key for everybody. */
export class BenchThrottlerGuard extends ThrottlerGuard {
  protected override getRequestResponse(context: ExecutionContext): {
    req: Record<string, unknown>;
    res: Record<string, unknown>;
  } {
    if (context.getType() === 'http') return super.getRequestResponse(context);
    return { req: { ip: 'all', headers: {} }, res: NO_RESPONSE };
  }

  protected override getTracker(): Promise<string> {
    return Promise.resolve('all');
  }

  protected override throwThrottlingException(
    ...[context, detail]: Parameters<ThrottlerGuard['throwThrottlingException']>
  ): Promise<void> {
    if (context.getType() === 'http') return super.throwThrottlingException(context, detail);
    throw refusalOn(context, detail.timeToBlockExpire * 1_000);
  }
}
