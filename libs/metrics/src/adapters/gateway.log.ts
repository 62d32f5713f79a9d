import type { EdgeEvent, GatewayEvent } from '@beamline/gateway-adapter/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { Logger, LogLevel } from './logger.js';
import { type RepeatableLine, withoutRepeats } from './repeats.js';

/** Logs what changes between a gateway and its router, and who knocks in vain; repeats left out. */
export function logGatewayEvents(
  logger: Logger,
  clock?: Clock,
): Observer<GatewayEvent | EdgeEvent> {
  const write = withoutRepeats(logger, clock);
  return (event) => {
    const written = lineOf(event);
    if (written !== undefined) write(written);
  };
}

type Fact = GatewayEvent | EdgeEvent;
type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;
type Writers = {
  readonly [Type in Fact['type']]?: (fact: FactOf<Type>) => RepeatableLine | undefined;
};

/** What is not here happens all the time: it is counted, not logged. */
const WRITERS: Writers = {
  'load-heard': ({ changed, status, effectiveStatus, source }) =>
    changed ? line('info', `the router is ${effectiveStatus}`, { status, source }) : undefined,
  'pushes-lost': () => line('warn', 'the router pushes its load no more: it is asked for'),
  'pushes-heard': () => line('info', 'the router pushes its load'),
  'limit-started': ({ perSecond }) =>
    line('warn', 'no more is sent than the router takes', { per_second: perSecond }),
  'limit-ended': () => line('info', 'as much is sent as comes'),
  'breaker-opened': () => line('warn', 'the router was active too long: only probes are sent'),
  'breaker-closed': ({ reason }) => line('info', `requests go to the router again: ${reason}`),
  'push-unreadable': () => line('warn', 'a push of the router could not be read'),
  'webhook-received': ({ outcome }) =>
    outcome === 'heard' ? undefined : line('warn', `a notification was not taken: ${outcome}`),
  'address-blocked': () => line('warn', 'an address is blocked: it tried out keys'),
  'caller-refused': ({ reason }) =>
    reason === 'unavailable' ? line('warn', 'the keys of tokens cannot be fetched') : undefined,
  'message-published': ({ outcome }) =>
    outcome === 'accepted' ? undefined : line('warn', `a message was not stored: ${outcome}`),
};

function lineOf(fact: Fact): RepeatableLine | undefined {
  const writer: ((fact: never) => RepeatableLine | undefined) | undefined = WRITERS[fact.type];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record binds each type to the writer of its facts
  return writer?.(fact as never);
}

function line(
  level: LogLevel,
  message: string,
  context?: Readonly<Record<string, unknown>>,
): RepeatableLine {
  return { key: message, level, message, ...(context && { fields: { context } }) };
}
