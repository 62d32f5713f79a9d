import type { Metadata } from '@grpc/grpc-js';

/** What a call ends with when it fails. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/**
 * A unary handler's answer with more to it than the response: trailers, or a failure that is expected so often that an
 * error with its stack would cost too much. Only handlers that are called straight may use it.
 */
export class UnaryReply<Response> {
  private constructor(
    readonly failure: CallStatus | undefined,
    readonly response: Response | null,
    readonly trailers: Metadata | undefined,
  ) {}

  static of<Response>(response: Response, trailers: Metadata): UnaryReply<Response> {
    return new UnaryReply(undefined, response, trailers);
  }

  static failed(failure: CallStatus): UnaryReply<never> {
    return new UnaryReply<never>(failure, null, undefined);
  }
}
