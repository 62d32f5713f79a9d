import {
  AuthorizationError,
  ClosedConnectionError,
  ConnectionError,
  DrainingConnectionError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsFailure } from '../core/nats.events.js';

/** JetStream's error code for "wrong last sequence" (and for creating a key that exists). */
export const WRONG_LAST_SEQUENCE = 10071;

const CONNECTION_ERRORS = [
  ConnectionError,
  ClosedConnectionError,
  DrainingConnectionError,
  AuthorizationError,
  UserAuthenticationExpiredError,
];

/** What the server answers to a pull request instead of messages. */
export class PullRefusedError extends Error {
  override readonly name = 'PullRefusedError';

  constructor(
    /** 503: nobody serves the consumer; 409: it is gone, or its state forbids pulling; 0: silence. */
    readonly code: number,
    description: string,
  ) {
    super(description);
  }

  get failure(): NatsFailure {
    return this.code === NO_RESPONDERS ? 'no_stream' : 'broker_error';
  }
}

const NO_RESPONDERS = 503;

/** Sorts whatever the driver threw into the closed set of {@link NatsFailure}. */
export function natsFailureOf(error: unknown): NatsFailure {
  if (error instanceof TimeoutError) return 'timeout';
  if (error instanceof JetStreamApiError) {
    return error.code === WRONG_LAST_SEQUENCE ? 'wrong_sequence' : 'broker_error';
  }
  // The driver's name for "no stream listens on this subject" as well.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') return 'no_stream';
  if (error instanceof RequestError) return error.isNoResponders() ? 'no_stream' : 'connection';
  if (error instanceof PullRefusedError) return error.failure;
  return driverFailureOf(error);
}

function driverFailureOf(error: unknown): NatsFailure {
  if (error instanceof PermissionViolationError) return 'broker_error';
  return CONNECTION_ERRORS.some((kind) => error instanceof kind) ? 'connection' : 'unknown';
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
