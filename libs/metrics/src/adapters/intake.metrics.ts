import type { IntakeEvent, NakReason } from '@beamline/jetstream/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, gauge } from './family.js';
import { intakeSubjectMetrics, type SubjectEvent } from './intake-subject.metrics.js';

const NAK_REASONS: readonly NakReason[] = [
  'tenant_validation_failed',
  'backoff',
  'backpressure',
  'ack_error',
  'nak_error',
  'processing_timeout',
  'publish_error',
  'nats_disconnect',
  'maxdeliver_exhausted',
];

type SubjectlessEvent = Exclude<IntakeEvent, SubjectEvent>;

/** Every metric of messages that come in over NATS is born here. `subjects` are those that get labels of their own. */
export function intakeMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<IntakeEvent> {
  const perSubject = intakeSubjectMetrics(registry, subjects);
  const overall = overallMetrics(registry);
  const deadLetters = counter(registry, {
    name: 'router_dlq_total',
    help: 'Dead letters by reason.',
    labelNames: ['reason'],
    maxSeries: 32,
  });
  return (event) => {
    if (!('subject' in event)) return overall(event);
    if (event.type === 'dead-lettered') deadLetters.cell(event.reason).value += 1;
    return perSubject(event);
  };
}

function overallMetrics(registry: Registry): Observer<SubjectlessEvent> {
  const total = (name: string, help: string) => counter(registry, { name, help }).cell();
  const missingHeaders = total(
    'ctx_missing_headers_total',
    'Requests without one of the context headers.',
  );
  const countLookup = lookupMetrics(registry);
  const conflicts = total('router_idem_conflict_total', 'Known keys that came with another body.');
  const streamAcks = total('router_jetstream_ack_total', 'Durable requests acknowledged.');
  const natsAcks = total('router_nats_ack_total', 'Acknowledgements sent to NATS.');
  const observeNak = nakMetrics(registry);
  const skippedRecords = counter(registry, {
    name: 'router_decision_record_skipped_total',
    help: 'Decisions that were not recorded for later questions, by reason.',
    labelNames: ['reason'],
  });
  for (const reason of ['rate', 'queue-full', 'publish-failed']) skippedRecords.cell(reason);

  return (event) => {
    switch (event.type) {
      case 'missing-context-headers':
        missingHeaders.value += 1;
        return;
      case 'idempotency-lookup':
        countLookup(event.hit);
        return;
      case 'idempotency-conflict':
        conflicts.value += 1;
        return;
      case 'acked':
        streamAcks.value += 1;
        natsAcks.value += 1;
        return;
      case 'naked':
        observeNak(event);
        return;
      case 'record-skipped':
        skippedRecords.cell(event.reason).value += event.count ?? 1;
        return;
      default:
        assertNever(event);
    }
  };
}

function lookupMetrics(registry: Registry): (hit: boolean) => void {
  const ofIntake = (name: string, help: string) =>
    counter(registry, { name, help, labelNames: ['key_type'] }).cell('intake_id');
  const hits = ofIntake('router_idempotency_hit_total', 'Idempotency keys that were known.');
  const misses = ofIntake('router_idempotency_miss_total', 'Idempotency keys that were new.');
  return (hit) => {
    (hit ? hits : misses).value += 1;
  };
}

function nakMetrics(registry: Registry): Observer<Extract<IntakeEvent, { type: 'naked' }>> {
  const naks = counter(registry, {
    name: 'router_nats_nak_total',
    help: 'Messages handed back to NATS.',
  }).cell();
  const redeliveries = counter(registry, {
    name: 'router_jetstream_redelivery_total',
    help: 'Messages handed back for redelivery, by reason and by the consumer that asked.',
    labelNames: ['reason', 'source'],
    maxSeries: 16,
  });
  const backoff = gauge(registry, {
    name: 'router_jetstream_redelivery_backoff_ms',
    help: 'Delay of the last message that was handed back.',
  }).cell();
  for (const reason of NAK_REASONS) redeliveries.cell(reason, 'decide');
  return ({ reason, delayMs }) => {
    naks.value += 1;
    redeliveries.cell(reason, 'decide').value += 1;
    backoff.value = delayMs;
  };
}
