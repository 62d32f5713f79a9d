import type { NatsEvent } from '@beamline/jetstream/core';
import { assertNever, type Clock, type Observer } from '@beamline/kernel';
import type { Logger } from './logger.js';
import { type RepeatableLine, withoutRepeats } from './repeats.js';

/** What happens all the time: counted, not logged. */
const ROUTINE = ['published', 'published-with-ack', 'publish-window', 'subscribed'] as const;
type RoutineEvent = Extract<NatsEvent, { type: (typeof ROUTINE)[number] }>;

/** Logs what happens to the connection and to publishing, repeats left out. */
export function logNatsEvents(logger: Logger, clock?: Clock): Observer<NatsEvent> {
  const write = withoutRepeats(logger, clock);
  return (event) => {
    if (!isRoutine(event)) write(lineOf(event));
  };
}

function isRoutine(event: NatsEvent): event is RoutineEvent {
  return ROUTINE.some((type) => type === event.type);
}

function lineOf(event: Exclude<NatsEvent, RoutineEvent>): RepeatableLine {
  switch (event.type) {
    case 'connected':
      return line('info', 'NATS_CONNECTION_ESTABLISHED', 'connected to NATS');
    case 'disconnected':
      return line('warn', 'NATS_CONNECTION_LOST', 'connection to NATS lost');
    case 'reconnecting':
      return line('info', 'NATS_RECONNECT_ATTEMPT', 'reconnecting to NATS');
    case 'reconnected':
      return line('info', 'NATS_CONNECTION_RESTORED', 'connection to NATS restored');
    case 'connect-failed':
      return line('warn', 'NATS_CONNECT_FAILED', `cannot connect to NATS: ${event.reason}`);
    case 'publish-failed':
      return line(
        'warn',
        event.reason === 'window_full' ? 'NATS_QUEUE_FULL' : 'NATS_PUBLISH_ERROR',
        `publish to ${event.stream} failed: ${event.reason}`,
      );
    case 'subscribe-failed':
      return line('error', 'NATS_SUBSCRIBE_ERROR', `subscribe failed: ${event.reason}`);
    case 'closed':
      return line('info', 'NATS_CONNECTION_CLOSED', 'connection to NATS closed');
    default:
      return assertNever(event);
  }
}

function line(level: RepeatableLine['level'], code: string, message: string): RepeatableLine {
  return { key: `${code} ${message}`, level, message, fields: { context: { code } } };
}
