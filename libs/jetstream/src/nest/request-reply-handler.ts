import { MessagePattern } from '@nestjs/microservices';

/** Transport id of {@link RequestReplyStrategy}: handlers that carry it are registered nowhere else. */
export const NATS_REQUEST_REPLY = Symbol('NATS_REQUEST_REPLY');

/** How a request/reply handler listens. */
export interface RequestReplyHandlerOptions {
  /** Queue group: of all subscribers that share it, one gets each request. */
  readonly queue: string;
  /**
   * Served even when as many requests are in hand as may be: for questions about the load itself, which are few and
   * cost little. Default false.
   */
  readonly isExempt?: boolean;
}

/**
 * Marks a controller's method as the handler of requests on a NATS subject. It takes one {@link InboundRequest} and
 * answers with a {@link Reply} or a promise of one. The strategy may map `subject` to a configured one.
 */
export function RequestReplyHandler(
  subject: string,
  options: RequestReplyHandlerOptions,
): MethodDecorator {
  return (target, method, descriptor) => {
    const origin = { controller: target.constructor, method };
    return MessagePattern(subject, NATS_REQUEST_REPLY, { ...options, origin })(
      target,
      method,
      descriptor,
    );
  };
}
