import type { HistoryEntry, OverloadCause, OverloadEvent } from '@beamline/backpressure/core';
import { assertNever, type Clock, type Observer } from '@beamline/kernel';
import type { Logger } from './logger.js';
import {
  type AdmissionFact,
  type ClusterFact,
  type HistoryFact,
  isAdmissionFact,
  isHistoryFact,
  isSignalFact,
  type OverloadFact,
  type SignalFact,
} from './overload-groups.js';
import { type RepeatableLine, withoutRepeats } from './repeats.js';

/** Problems of one document that are written out; the rest is counted. */
const MAX_PROBLEMS = 10;

type Context = Readonly<Record<string, unknown>>;

/** Logs the changes of overload with their causes, and what goes wrong in telling it; repeats left out. */
export function logOverloadEvents(logger: Logger, clock?: Clock): Observer<OverloadEvent> {
  const write = withoutRepeats(logger, clock);
  return (event) => {
    const line = lineOf(event);
    if (line !== undefined) write(line);
  };
}

/** `undefined` for what happens all the time: that is counted, not logged. */
function lineOf(event: OverloadEvent): RepeatableLine | undefined {
  if (isAdmissionFact(event)) return lineOfAdmission(event);
  if (isSignalFact(event)) return lineOfSignal(event);
  return isHistoryFact(event) ? lineOfHistory(event) : lineOfCluster(event);
}

function lineOfAdmission(event: AdmissionFact): RepeatableLine | undefined {
  switch (event.type) {
    case 'criticality-capped':
      return about(event.subject, 'debug', 'caller may not call its request critical', {});
    case 'permits-expired': {
      const message = 'admitted requests never told how they ended';
      return about(event.subject, 'warn', message, { count: event.count });
    }
    case 'admission-window':
    case 'event-loop':
      return undefined;
    default:
      return assertNever(event);
  }
}

function lineOfSignal(event: SignalFact): RepeatableLine | undefined {
  const { subject } = event;
  switch (event.type) {
    case 'consumer-queried': {
      const { consumer, error } = event;
      if (error === 'none') return undefined;
      return about(subject, 'warn', `consumer cannot be asked: ${error}`, { consumer });
    }
    case 'p95-calculated': {
      const { error } = event;
      if (error === undefined) return undefined;
      return about(subject, 'warn', 'p95 could not be had from Prometheus', { error });
    }
    case 'signal-source-changed':
      return lineOfSource(event);
    case 'subject-forgotten':
      return about(subject, 'info', 'subject is not followed any more: others served it', {});
    case 'evaluated':
      return undefined;
    default:
      return assertNever(event);
  }
}

function lineOfSource(event: OverloadFact<'signal-source-changed'>): RepeatableLine {
  const { subject, signal, from, to, detail } = event;
  // A latency that nobody measures is that of a subject nobody uses.
  const isTrouble = to === 'unknown' && signal !== 'latencyP95Ms';
  const context = { from, ...(detail === '' ? {} : { detail }) };
  return about(subject, isTrouble ? 'warn' : 'debug', `${signal} is ${to}`, context);
}

function lineOfHistory(event: HistoryFact): RepeatableLine {
  switch (event.type) {
    case 'history-entry':
      return lineOfEntry(event.entry);
    case 'history-lost':
      return overall('error', 'entries of the overload history were lost', { count: event.count });
    case 'checkpoint-refused': {
      const { subject, problem } = event;
      return about(subject, 'warn', 'checkpoint of the history cannot be read', { problem });
    }
    case 'alert': {
      const { alertName, severity, state, subject, message } = event.alert;
      const level = state === 'raised' ? LEVEL_OF_SEVERITY[severity] : 'info';
      return about(subject, level, `alert ${state}: ${alertName}`, { severity, message });
    }
    default:
      return assertNever(event);
  }
}

const LEVEL_OF_SEVERITY = { warning: 'warn', info: 'info' } as const;

const ENTRIES = {
  backpressure_active: ['warn', 'backpressure is active'],
  backpressure_warning: ['info', 'backpressure warns'],
  recovery: ['info', 'recovered from backpressure'],
  shedding_started: ['warn', 'requests are being refused'],
  shedding_stopped: ['info', 'requests are refused no longer'],
} as const;

function lineOfEntry(entry: HistoryEntry): RepeatableLine {
  const { type, from, to, signals, causes, retryAfterSeconds, recoveryTimeMs } = entry;
  const [level, message] = ENTRIES[type];
  return about(entry.subject, level, message, {
    from,
    to,
    pending_messages: signals.pendingMessages,
    latency_p95_ms: signals.latencyP95Ms,
    inflight_messages: signals.inflightMessages,
    causes: causes.map(textOf),
    ...(retryAfterSeconds > 0 ? { retry_after_seconds: retryAfterSeconds } : {}),
    ...(recoveryTimeMs === undefined ? {} : { recovery_time_ms: recoveryTimeMs }),
  });
}

function textOf({ signal, value, threshold }: OverloadCause): string {
  return `${signal} ${value} > ${threshold}`;
}

function lineOfCluster(event: ClusterFact): RepeatableLine {
  switch (event.type) {
    case 'replica-joined':
      return overall('info', 'replica joined', { replica: event.replica });
    case 'replica-lost':
      return overall('warn', 'replica is silent and counts as gone', { replica: event.replica });
    case 'leader-changed': {
      const message = event.isSelf ? 'this replica leads' : 'another replica leads';
      return overall('info', message, { replica: event.replica });
    }
    case 'report-refused': {
      const { replica, problem } = event;
      return overall('warn', 'report of a replica refused', { replica, problem });
    }
    case 'settings-applied':
      return about(event.subject, 'info', 'settings are in force', { revision: event.revision });
    case 'settings-refused':
      return lineOfRefusedSettings(event);
    default:
      return assertNever(event);
  }
}

function lineOfRefusedSettings({
  subject,
  revision,
  problems,
}: Extract<ClusterFact, { type: 'settings-refused' }>): RepeatableLine {
  const more = Math.max(0, problems.length - MAX_PROBLEMS);
  const message = 'settings are of no use; the last good ones stay in force';
  const context = { revision, problems: problems.slice(0, MAX_PROBLEMS), more };
  return about(subject, 'error', message, context);
}

/** Lines about two subjects are two lines, however alike. */
function about(
  subject: string,
  level: RepeatableLine['level'],
  message: string,
  context: Context,
): RepeatableLine {
  const fields = { context: { subject, ...context } };
  return { key: `${message} ${subject}`, level, message, fields };
}

function overall(
  level: RepeatableLine['level'],
  message: string,
  context: Context,
): RepeatableLine {
  return { key: message, level, message, fields: { context } };
}
