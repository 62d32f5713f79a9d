import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { WorkReport } from '../core/index.js';
import { keyOf } from './incoming-call.js';
import { ticketOf } from './ticket.js';

/** What a handler can tell about the work on its request. */
export interface RequestWork {
  /**
   * How long the work itself took, and how long it waited for a slot. Handlers that wait for something limited (a pool, a
   * provider) should tell: without it, both can only be guessed from the time the whole request took. The last
   * report counts.
   */
  report(report: WorkReport): void;
}

/**
 * Gives a handler the {@link RequestWork} of its request. Where nothing protects the handler, reporting does nothing. With
 * it on a message handler, the other parameters need `@Payload()` and `@Ctx()`.
 */
export const RequestPermit = createParamDecorator(
  (_data: unknown, context: ExecutionContext): RequestWork => {
    const ticket = ticketOf(keyOf(context));
    return { report: (report) => ticket?.report(report) };
  },
);
