import { Metadata, status } from '@grpc/grpc-js';
import { Controller, UseGuards } from '@nestjs/common';
import { type MessageHandler, RpcException } from '@nestjs/microservices';
import { StraightGrpcServer } from './straight-grpc.server.js';

let unforeseen: unknown[] = [];

class Guard {
  canActivate(): boolean {
    return true;
  }
}

@Controller()
class Plain {
  now(request: unknown): unknown {
    return { echoed: request };
  }

  async later(request: unknown): Promise<unknown> {
    return { echoed: request };
  }

  refuse(): never {
    const metadata = new Metadata();
    throw new RpcException({ code: status.NOT_FOUND, details: 'no such policy', metadata });
  }

  break(): never {
    throw new Error('the password is hunter2');
  }
}

@Controller()
@UseGuards(Guard)
class Guarded extends Plain {}

function handlerOf(controller: object, method: string): MessageHandler {
  const viaNest = (): Promise<unknown> => Promise.resolve('via nest');
  return Object.assign(viaNest, { extras: { origin: { controller, method } } });
}

/** Calls a method as gRPC would, and tells what was answered before anybody could wait. */
function ask(controller: new () => object, method: string) {
  const answers: unknown[] = [];
  unforeseen = [];
  const server = new StraightGrpcServer(
    { package: 'p', protoPath: 'p' },
    () => new controller(),
    (error) => unforeseen.push(error),
  );
  const serve = server.createUnaryServiceMethod(handlerOf(controller, method));
  const call: any = { request: 'hello', metadata: new Metadata() };
  void serve(call, (...answer: unknown[]) => answers.push(answer));
  return answers;
}

it('answers before it returns when the method does', () => {
  expect(ask(Plain, 'now')).toEqual([[null, { echoed: 'hello' }]]);
});

it('waits for a method that answers later', async () => {
  const answers = ask(Plain, 'later');
  await new Promise(setImmediate);

  expect(answers).toEqual([[null, { echoed: 'hello' }]]);
});

it('answers with the status an error was made with', () => {
  expect(ask(Plain, 'refuse')).toEqual([
    [expect.objectContaining({ code: status.NOT_FOUND, details: 'no such policy' })],
  ]);
});

it('tells the operator, and nobody else, what is inside an error that was not meant for callers', () => {
  expect(ask(Plain, 'break')).toEqual([
    [{ code: status.INTERNAL, details: 'internal server error' }],
  ]);
  expect(unforeseen).toEqual([new Error('the password is hunter2')]);
});

it('leaves a handler with enhancers to Nest', async () => {
  const answers = ask(Guarded, 'now');
  await new Promise(setImmediate);

  expect(answers).toEqual([[null, 'via nest']]);
});
