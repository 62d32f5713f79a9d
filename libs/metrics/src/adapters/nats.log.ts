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
    if (isRoutine(event) || isExpected(event)) return;
    write(isAboutConnection(event) ? CONNECTION[event.type] : lineOf(event));
  };
}

function isRoutine(event: NatsEvent): event is RoutineEvent {
  return ROUTINE.some((type) => type === event.type);
}

/** A record that exists already is what its create wanted to know: every repeated request brings one. */
function isExpected(event: NatsEvent): boolean {
  return event.type === 'publish-failed' && event.reason === 'wrong_sequence';
}

const CONNECTION = {
  connected: line('info', 'NATS_CONNECTION_ESTABLISHED', 'connected to NATS'),
  disconnected: line('warn', 'NATS_CONNECTION_LOST', 'connection to NATS lost'),
  reconnecting: line('info', 'NATS_RECONNECT_ATTEMPT', 'reconnecting to NATS'),
  reconnected: line('info', 'NATS_CONNECTION_RESTORED', 'connection to NATS restored'),
  closed: line('info', 'NATS_CONNECTION_CLOSED', 'connection to NATS closed'),
} as const;
type ConnectionEvent = Extract<NatsEvent, { type: keyof typeof CONNECTION }>;

function isAboutConnection(event: NatsEvent): event is ConnectionEvent {
  return Object.hasOwn(CONNECTION, event.type);
}

function lineOf(event: Exclude<NatsEvent, RoutineEvent | ConnectionEvent>): RepeatableLine {
  switch (event.type) {
    case 'connect-failed': {
      const message = `cannot connect to NATS: ${event.reason}; trying again for ever`;
      return line('warn', 'NATS_CONNECT_FAILED', message, event.message);
    }
    case 'publish-failed':
      return line(
        'warn',
        event.reason === 'window_full' ? 'NATS_QUEUE_FULL' : 'NATS_PUBLISH_ERROR',
        `publish to ${event.stream} failed: ${event.reason}`,
        event.message,
      );
    case 'subscribe-failed': {
      const message = `subscribe failed: ${event.reason}`;
      return line('error', 'NATS_SUBSCRIBE_ERROR', message, event.message);
    }
    case 'restored': {
      const message = 'streams or buckets were missing and were made anew, empty';
      return line('warn', 'NATS_RESOURCES_RESTORED', message, event.names.join(', '));
    }
    default:
      return assertNever(event);
  }
}

/** `detail` says what the closed set of messages cannot: it goes along, and makes no line another one. */
function line(
  level: RepeatableLine['level'],
  code: string,
  message: string,
  detail?: string,
): RepeatableLine {
  const context = { code, ...(detail === undefined ? {} : { detail }) };
  return { key: `${code} ${message}`, level, message, fields: { context } };
}
