import type { IntakeEvent, IntakeStatus } from '@beamline/jetstream/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { type Cell, counter, type Family, gauge } from './family.js';
import { LatencyHistogram } from './latency.js';
import { bySubject } from './subject-labels.js';

/** Facts that name the subject they are about. */
export type SubjectEvent = Extract<IntakeEvent, { readonly subject: string }>;

/** What happens to every message; the rest is trouble. */
type FlowEvent = Extract<SubjectEvent, { type: 'received' | 'settled' | 'inflight' }>;
type TroubleEvent = Exclude<SubjectEvent, FlowEvent>;

/** The intake metrics that are told apart by subject. */
export function intakeSubjectMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<SubjectEvent> {
  const observeFlow = flowMetrics(registry, subjects);
  const observeTrouble = troubleMetrics(registry, subjects);
  return (event) => {
    if (isFlow(event)) observeFlow(event);
    else observeTrouble(event);
  };
}

function isFlow(event: SubjectEvent): event is FlowEvent {
  return event.type === 'received' || event.type === 'settled' || event.type === 'inflight';
}

function flowMetrics(registry: Registry, subjects: readonly string[]): Observer<FlowEvent> {
  const received = perSubject(counter, registry, {
    name: 'router_intake_received_total',
    help: 'Messages that came in, by subject.',
  });
  const inflight = perSubject(gauge, registry, {
    name: 'router_intake_inflight_messages',
    help: 'Messages in hand, by subject.',
  });
  const inflightMax = perSubject(gauge, registry, {
    name: 'router_intake_inflight_messages_max',
    help: 'Most messages that were in hand at once since the start, by subject.',
  });
  const settled = counter(registry, {
    name: 'router_intake_messages_total',
    help: 'Messages that were dealt with, by subject and how they ended.',
    labelNames: ['subject', 'status'],
  });
  const latency = new LatencyHistogram(registry, {
    name: 'router_intake_processing_latency_seconds',
    help: 'Time from the arrival of a message to its answer.',
    labelNames: ['subject'],
    unit: 'seconds',
  });
  const cellsOf = bySubject(subjects, (subject) => ({
    received: received.cell(subject),
    inflight: inflight.cell(subject),
    inflightMax: inflightMax.cell(subject),
    settled: byStatus((status) => settled.cell(subject, status)),
    latency: latency.cell(subject),
  }));

  return (event) => {
    const cells = cellsOf(event.subject);
    switch (event.type) {
      case 'received':
        cells.received.value += 1;
        return;
      case 'settled':
        cells.settled[event.status].value += 1;
        cells.latency.observe(event.durationMs);
        return;
      case 'inflight':
        cells.inflight.value = event.messages;
        if (event.messages > cells.inflightMax.value) cells.inflightMax.value = event.messages;
        return;
      default:
        assertNever(event);
    }
  };
}

function troubleMetrics(registry: Registry, subjects: readonly string[]): Observer<TroubleEvent> {
  const families = troubleFamilies(registry);
  const cellsOf = bySubject(subjects, (label) => ({
    label,
    duplicates: families.duplicates.cell(label),
    redelivered: families.redelivered.cell(label),
    exhausted: families.exhausted.cell(label),
    unheard: families.unheard.cell(label),
    failed: families.failed.cell(label),
  }));

  return (event) => {
    const cells = cellsOf(event.subject);
    switch (event.type) {
      case 'rejected':
        families.rejected.cell(event.errorCode, cells.label).value += 1;
        return;
      case 'duplicate':
        cells.duplicates.value += 1;
        return;
      case 'redelivered':
        cells.redelivered.value += 1;
        return;
      case 'max-deliver-exhausted':
        cells.exhausted.value += 1;
        return;
      case 'dead-lettered':
        families.deadLetters.cell(event.reason, event.errorCode, cells.label).value += 1;
        return;
      case 'dead-letter-failed':
        families.deadLetterFailures.cell(event.reason, cells.label).value += 1;
        return;
      case 'handler-failed':
        cells.failed.value += 1;
        return;
      case 'reply-failed':
        cells.unheard.value += 1;
        return;
      default:
        assertNever(event);
    }
  };
}

function troubleFamilies(registry: Registry): Readonly<Record<TroubleName, Family>> {
  const declare = (name: string, help: string, ...labelNames: readonly string[]) =>
    counter(registry, { name, help, labelNames: [...labelNames, 'subject'], maxSeries: 64 });
  return {
    rejected: declare(
      'router_intake_validation_errors_total',
      'Messages refused as invalid, by error code and subject.',
      'error_code',
    ),
    duplicates: declare(
      'router_intake_idempotent_duplicate_total',
      'Repeated messages that got the recorded decision, by subject.',
    ),
    redelivered: declare(
      'router_intake_redelivered_total',
      'Messages that arrived again, by subject.',
    ),
    exhausted: declare(
      'router_jetstream_maxdeliver_exhausted_total',
      'Messages that were delivered as often as allowed, by subject.',
    ),
    deadLetters: declare(
      'router_intake_dlq_messages_total',
      'Dead letters by reason, error code and subject.',
      'reason',
      'error_code',
    ),
    deadLetterFailures: declare(
      'router_intake_dlq_publish_failed_total',
      'Dead letters that could not be published, by reason and subject.',
      'reason',
    ),
    failed: declare('router_intake_handler_failed_total', 'Messages whose handler threw.'),
    unheard: declare('router_intake_reply_failed_total', 'Replies that could not be published.'),
  };
}

type TroubleName =
  | 'rejected'
  | 'duplicates'
  | 'redelivered'
  | 'exhausted'
  | 'deadLetters'
  | 'deadLetterFailures'
  | 'unheard'
  | 'failed';

function perSubject(
  declare: typeof counter,
  registry: Registry,
  options: { readonly name: string; readonly help: string },
): Family {
  return declare(registry, { ...options, labelNames: ['subject'], maxSeries: 64 });
}

function byStatus(make: (status: IntakeStatus) => Cell): Record<IntakeStatus, Cell> {
  return {
    success: make('success'),
    duplicate: make('duplicate'),
    failed: make('failed'),
    dead_lettered: make('dead_lettered'),
    retried: make('retried'),
  };
}
