import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status,
} from '@grpc/grpc-js';
import {
  type GrpcOptions,
  type MessageHandler,
  RpcException,
  ServerGrpc,
} from '@nestjs/microservices';
import { type ControllerLookup, plainMethod } from '@beamline/jetstream';
import { type CallStatus, UnaryReply } from './unary-reply.js';

type Call = ServerUnaryCall<unknown, unknown>;
type Answer = sendUnaryData<unknown>;

/**
 * Nest's gRPC transport with a shorter way to unary handlers that have no enhancers: the controller's method is called
 * straight, without a copy of the call, an observable and five promises around it. Everything else is Nest's.
 */
export class StraightGrpcServer extends ServerGrpc {
  #address: string | undefined;

  constructor(
    private readonly settings: GrpcOptions['options'],
    private readonly controllerOf: ControllerLookup,
    /** Told of errors that were not meant for callers, who hear nothing of their inside. */
    private readonly onUnforeseen: (error: unknown) => void,
  ) {
    super(settings);
  }

  /** `host:port` it listens on, with the port it got where 0 was asked for; `undefined` before it listens. */
  get address(): string | undefined {
    return this.#address;
  }

  /** As Nest's, which does not tell the port: one that is looked for beforehand may be taken when it is needed. */
  override async createClient(): Promise<Server> {
    const { url = 'localhost:5000', credentials, channelOptions, ...rest } = this.settings;
    const server = new Server({
      ...channelOptions,
      ...(rest.maxReceiveMessageLength !== undefined && {
        'grpc.max_receive_message_length': rest.maxReceiveMessageLength,
      }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(url, credentials ?? ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.#address = `${url.slice(0, url.lastIndexOf(':'))}:${port}`;
    return server;
  }

  /** Keeps the extras of a handler, which Nest's own gRPC server lets go: they tell where it stands. */
  override addHandler(
    pattern: unknown,
    handler: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    handler.extras = extras;
    super.addHandler(pattern, handler, isEventHandler);
  }

  override createUnaryServiceMethod(handler: MessageHandler) {
    const straight = plainMethod(handler, this.controllerOf);
    if (straight === undefined) return super.createUnaryServiceMethod(handler);
    return (call: Call, answer: Answer): void => {
      try {
        const result = straight(call.request, call.metadata, call);
        if (!(result instanceof Promise)) return send(answer, result);
        result.then(
          (response: unknown) => send(answer, response),
          (error: unknown) => answer(this.#statusOf(error)),
        );
      } catch (error) {
        answer(this.#statusOf(error));
      }
    };
  }

  /** The status an error was made with; what was not meant for callers is not told to them. */
  #statusOf(error: unknown): CallStatus {
    const thrown = error instanceof RpcException ? error.getError() : undefined;
    if (isStatus(thrown)) return thrown;
    this.onUnforeseen(error);
    return { code: status.INTERNAL, details: 'internal server error' };
  }
}

function send(answer: Answer, result: unknown): void {
  if (!(result instanceof UnaryReply)) return answer(null, result);
  const { failure, response, trailers } = result;
  if (failure) answer(failure);
  else answer(null, response, trailers);
}

function isStatus(value: unknown): value is CallStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'number' &&
    'details' in value &&
    typeof value.details === 'string'
  );
}
