import type { DynamicModule } from '@nestjs/common';
import type { GrpcOptions, NatsOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GateSettings } from '../gates/gate.js';
import type { WorkDone } from './slots.js';

/** How a contestant protects the plant's handler. */
export interface Protection {
  /** Put on the protected handlers. */
  readonly decorators: readonly MethodDecorator[];
  readonly imports: readonly DynamicModule[];
  /** Besides what the plant itself needs, over NATS and over gRPC. */
  readonly natsOptions?: NonNullable<NatsOptions['options']>;
  readonly grpcOptions?: Pick<GrpcOptions['options'], 'channelOptions'>;
  /** Before the application listens, over HTTP. */
  setUpHttp?(app: NestFastifyApplication): Promise<void>;
  /** Before each run: start over, knowing the measured capacity. */
  prepare?(settings: GateSettings): void;
  /** When the work is done: tells whoever wants to know what it took. @param token What the handler's parameter gave. */
  report?(token: unknown, done: WorkDone): void;
  /** What the handler gets as its token. */
  readonly token?: () => ParameterDecorator;
}
