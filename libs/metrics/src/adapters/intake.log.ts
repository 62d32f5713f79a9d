import type { IntakeEvent } from '@beamline/jetstream/core';
import { assertNever, type Clock, type Observer } from '@beamline/kernel';
import type { Logger } from './logger.js';
import { type RepeatableLine, withoutRepeats } from './repeats.js';

/** What happens all the time: counted, not logged. */
const ROUTINE = [
  'received',
  'settled',
  'inflight',
  'duplicate',
  'redelivered',
  'acked',
  'idempotency-lookup',
  'missing-context-headers',
] as const;
type RoutineEvent = Extract<IntakeEvent, { type: (typeof ROUTINE)[number] }>;
type TroubleEvent = Exclude<IntakeEvent, RoutineEvent>;
type MessageTrouble = Extract<TroubleEvent, { readonly subject: string }>;

/** Logs what goes wrong with messages, repeats left out. */
export function logIntakeEvents(logger: Logger, clock?: Clock): Observer<IntakeEvent> {
  const write = withoutRepeats(logger, clock);
  return (event) => {
    if (!isRoutine(event)) write('subject' in event ? lineOfMessage(event) : lineOf(event));
  };
}

function isRoutine(event: IntakeEvent): event is RoutineEvent {
  return ROUTINE.some((type) => type === event.type);
}

function lineOfMessage(event: MessageTrouble): RepeatableLine {
  const { subject } = event;
  switch (event.type) {
    case 'rejected':
      return warning('message refused as invalid', { subject }, event.errorCode);
    case 'max-deliver-exhausted':
      return warning('message was delivered as often as allowed', { subject });
    case 'dead-lettered':
      return warning('message dead-lettered', { subject, reason: event.reason }, event.errorCode);
    case 'dead-letter-failed':
      return failure('dead letter could not be published', { subject, reason: event.reason });
    case 'handler-failed':
      return failure('handler threw', { subject, error: event.error });
    case 'reply-failed':
      return warning('reply could not be published', { subject });
    default:
      return assertNever(event);
  }
}

function lineOf(event: Exclude<TroubleEvent, MessageTrouble>): RepeatableLine {
  switch (event.type) {
    case 'idempotency-conflict':
      return warning('idempotency key came again with another body', {}, 'IDEMPOTENCY_VIOLATION');
    case 'record-skipped':
      return warning(`decision not recorded: ${event.reason}`, {});
    case 'naked':
      return warning(`message handed back: ${event.reason}`, { delay_ms: event.delayMs });
    default:
      return assertNever(event);
  }
}

function warning(
  message: string,
  context: Readonly<Record<string, unknown>>,
  errorCode?: string,
): RepeatableLine {
  const key = `${message} ${errorCode ?? ''}`;
  return { key, level: 'warn', message, fields: { error_code: errorCode, context } };
}

function failure(message: string, context: Readonly<Record<string, unknown>>): RepeatableLine {
  return { key: message, level: 'error', message, fields: { context } };
}
