import { MessagePattern } from '@nestjs/microservices';

/** Transport id of {@link JetStreamStrategy}: handlers that carry it are registered nowhere else. */
export const JETSTREAM_INTAKE = Symbol('JETSTREAM_INTAKE');

/** Which durable consumer a handler is fed from. */
export interface JetStreamHandlerTarget {
  readonly stream: string;
  readonly durable: string;
}

/**
 * Marks a controller's method as the handler of a durable consumer. It takes one {@link InboundJetStreamMessage} and
 * settles it. The strategy may map stream and durable to configured ones.
 */
export function JetStreamHandler(target: JetStreamHandlerTarget): MethodDecorator {
  return (controller, method, descriptor) => {
    const origin = { controller: controller.constructor, method };
    const pattern = `${target.stream}/${target.durable}`;
    return MessagePattern(pattern, JETSTREAM_INTAKE, { ...target, origin })(
      controller,
      method,
      descriptor,
    );
  };
}
