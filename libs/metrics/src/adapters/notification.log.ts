import { assertNever, type Clock, type Observer } from '@beamline/kernel';
import type { NotificationEvent } from '@beamline/notifications/core';
import type { Logger, LogLevel } from './logger.js';
import {
  type DeliveryFact,
  isDeliveryFact,
  isPushFact,
  type PushFact,
  type RegistryFact,
} from './notification-groups.js';
import { type RepeatableLine, withoutRepeats } from './repeats.js';

/** Logs who registers, who tells gateways, and what goes wrong in telling them; repeats left out. */
export function logNotificationEvents(logger: Logger, clock?: Clock): Observer<NotificationEvent> {
  const write = withoutRepeats(logger, clock);
  return (event) => {
    const line = lineOf(event);
    if (line !== undefined) write(line);
  };
}

/** `undefined` for what happens all the time: that is counted, not logged. */
function lineOf(event: NotificationEvent): RepeatableLine | undefined {
  if (isPushFact(event)) return lineOfPush(event);
  if (!isDeliveryFact(event)) return lineOfRegistry(event);
  return event.type === 'notification-failed' ? lineOfFailure(event) : undefined;
}

function lineOfPush(event: PushFact): RepeatableLine | undefined {
  switch (event.type) {
    case 'lead-taken':
      return lineWith('info', 'this replica tells gateways of the load', { epoch: event.epoch });
    case 'lead-lost': {
      const message = 'this replica no longer tells gateways of the load';
      return lineWith('info', message, { epoch: event.epoch });
    }
    case 'notification-refused': {
      const { problem } = event;
      return lineWith('warn', 'notification of another replica cannot be read', { problem });
    }
    case 'notification-unsent':
      return lineWith('warn', 'notification could not go out over NATS', {
        subject: event.subject,
      });
    case 'notification-published':
      return undefined;
    default:
      return assertNever(event);
  }
}

function lineOfRegistry(event: RegistryFact): RepeatableLine | undefined {
  switch (event.type) {
    case 'endpoint-registered':
      return lineWith('info', 'gateway registered', { endpoint_id: event.endpointId });
    case 'endpoint-unregistered':
      return lineWith('info', 'gateway unregistered', { endpoint_id: event.endpointId });
    case 'registration-refused':
      return lineWith('warn', `registration of a gateway refused: ${event.reason}`, {});
    case 'registry-entry-refused': {
      const { key, problem } = event;
      return lineWith('error', 'entry of the bucket of gateways is of no use', { key, problem });
    }
    case 'registry-state-changed':
      return lineOfBucket(event);
    case 'registry-size':
      return undefined;
    default:
      return assertNever(event);
  }
}

function lineOfBucket({
  state,
  detail,
}: Extract<RegistryFact, { type: 'registry-state-changed' }>): RepeatableLine {
  const isTrouble = state === 'unreachable' || state === 'incompatible';
  const context = detail === '' ? {} : { detail };
  return lineWith(isTrouble ? 'warn' : 'debug', `bucket of gateways is ${state}`, context);
}

/** Each endpoint has lines of its own: one that is dead must not hide another. */
function lineOfFailure(
  event: Extract<DeliveryFact, { type: 'notification-failed' }>,
): RepeatableLine {
  const { endpointId, status, failure, httpStatus, attempts, detail } = event;
  const message = `gateway could not be told: ${failure}`;
  const context = {
    endpoint_id: endpointId,
    status,
    attempts,
    ...(httpStatus === undefined ? {} : { http_status: httpStatus }),
    ...(detail === '' ? {} : { detail }),
  };
  return { key: `${message} ${endpointId}`, level: 'warn', message, fields: { context } };
}

function lineWith(
  level: LogLevel,
  message: string,
  context: Readonly<Record<string, unknown>>,
): RepeatableLine {
  return { key: message, level, message, fields: { context } };
}
