import { GrpcMethodStreamingType, MessagePattern, Transport } from '@nestjs/microservices';

/**
 * `@GrpcMethod` that also tells where the method stands, so that {@link StraightGrpcServer} can call it straight.
 * The method takes request, metadata and call, and answers with the response or a promise of it.
 */
export function UnaryHandler(service: string, rpc: string): MethodDecorator {
  return (controller, method, descriptor) => {
    const pattern = { service, rpc, streaming: GrpcMethodStreamingType.NO_STREAMING };
    const origin = { controller: controller.constructor, method };
    return MessagePattern(pattern, Transport.GRPC, { origin })(controller, method, descriptor);
  };
}
