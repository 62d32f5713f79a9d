import { applyDecorators, Controller, Get, Query, type Type } from '@nestjs/common';
import { GrpcMethod, MessagePattern, Payload } from '@nestjs/microservices';
import type { PlantOptions } from './plant-messages.js';
import type { Protection } from './protection.js';
import type { Backend, WorkDone } from './slots.js';

/** What a request asks for. */
interface Job {
  /** Times as much as an ordinary job. */
  readonly factor?: number | string;
}

const noToken = (): ParameterDecorator => (): void => undefined;

/** What the two handlers of a controller do. */
interface Handlers {
  readonly work: (job: Job, token: unknown) => Promise<object>;
  readonly bare: (job: Job) => Promise<object>;
}

/** Decorators of the protected handler. */
interface Decorators {
  readonly protect: () => MethodDecorator;
  readonly Token: () => ParameterDecorator;
}

function natsController(
  subject: string,
  handlers: Handlers,
  { protect, Token }: Decorators,
): Type<object> {
  @Controller()
  class NatsController {
    @MessagePattern(`${subject}.work`)
    @protect()
    work(@Payload() job: Job, @Token() token?: unknown): Promise<object> {
      return handlers.work(job, token);
    }

    @MessagePattern(`${subject}.bare`)
    bare(@Payload() job: Job): Promise<object> {
      return handlers.bare(job);
    }
  }
  return NatsController;
}

function grpcController(handlers: Handlers, { protect, Token }: Decorators): Type<object> {
  @Controller()
  class GrpcController {
    @GrpcMethod('Plant', 'Work')
    @protect()
    work(@Payload() job: Job, @Token() token?: unknown): Promise<object> {
      return handlers.work(job, token);
    }

    @GrpcMethod('Plant', 'Bare')
    bare(@Payload() job: Job): Promise<object> {
      return handlers.bare(job);
    }
  }
  return GrpcController;
}

function httpController(handlers: Handlers, { protect, Token }: Decorators): Type<object> {
  @Controller()
  class HttpController {
    @Get('work')
    @protect()
    work(@Query() job: Job, @Token() token?: unknown): Promise<object> {
      return handlers.work(job, token);
    }

    @Get('bare')
    bare(@Query() job: Job): Promise<object> {
      return handlers.bare(job);
    }
  }
  return HttpController;
}

/**
 * The controller of a plant: one protected handler and one bare handler before the same backend, on one transport.
 * It reports what the work took to whoever protects it.
 */
export function workController(
  { transport, subject }: PlantOptions,
  protection: Protection,
  backend: Backend,
): Type<object> {
  const serve = async ({ factor }: Job, told?: (done: WorkDone) => void): Promise<object> => {
    const done = await backend.work(Number(factor) || 1);
    told?.(done);
    return { done: true, ...done };
  };
  const handlers: Handlers = {
    work: (job, token) => serve(job, (done) => protection.report?.(token, done)),
    bare: (job) => serve(job),
  };
  const decorators: Decorators = {
    protect: () => applyDecorators(...protection.decorators),
    Token: protection.token ?? noToken,
  };
  if (transport === 'nats') return natsController(subject, handlers, decorators);
  return transport === 'grpc'
    ? grpcController(handlers, decorators)
    : httpController(handlers, decorators);
}
