import { OVERLOAD_STATUSES, type OverloadStatus } from '@beamline/backpressure/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { type Cell, counter, type Family, gauge, OTHER } from './family.js';
import type { OverloadFact, SignalFact } from './overload-groups.js';
import { bySubject } from './subject-labels.js';

/** Subjects whose status is remembered; a process tracks no more. Those beyond are not counted by status. */
const MAX_SUBJECTS = 1_024;
const SIGNALS = ['pendingMessages', 'latencyP95Ms', 'inflightMessages'] as const;
const SIGNAL_LABELS = {
  pendingMessages: 'pending_messages',
  latencyP95Ms: 'latency_p95_ms',
  inflightMessages: 'inflight_messages',
} as const;
const NO_CONSUMER = 'none';

/** What is shown of a subject that nobody serves any more. */
const AT_REST = {
  type: 'evaluated',
  status: 'inactive',
  signals: { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 },
  ackPending: undefined,
  sources: { pendingMessages: 'unknown', latencyP95Ms: 'unknown', inflightMessages: 'unknown' },
  p50Ms: 0,
  p99Ms: 0,
} as const;

/** The signals, their sources and the status that is made from them. */
export function overloadSignalMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<SignalFact> {
  const showSignals = evaluationMetrics(registry, subjects);
  const statuses = statusMetrics(registry);
  const depth = queueDepthMetrics(registry, subjects);
  const countP95 = p95Metrics(registry, subjects);
  const sourceChanges = counter(registry, {
    name: 'router_overload_signal_source_changes_total',
    help: 'Changes of where a signal comes from, by signal and new source.',
    labelNames: ['signal', 'source'],
    maxSeries: 16,
  });
  return (event) => {
    switch (event.type) {
      case 'evaluated':
        showSignals(event);
        statuses.count(event.subject, event.status);
        depth.evaluated(event);
        countP95(event.subject, event.sources.latencyP95Ms, false);
        return;
      case 'consumer-queried':
        depth.queried(event);
        return;
      case 'p95-calculated':
        countP95(event.subject, 'prometheus_query', event.error !== undefined);
        return;
      case 'signal-source-changed':
        sourceChanges.cell(SIGNAL_LABELS[event.signal], event.to).value += 1;
        return;
      case 'subject-forgotten': {
        const atRest = { ...AT_REST, subject: event.subject };
        showSignals(atRest);
        depth.evaluated(atRest);
        statuses.forget(event.subject);
        return;
      }
      default:
        assertNever(event);
    }
  };
}

function evaluationMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<OverloadFact<'evaluated'>> {
  const perSubject = (name: string, help: string) =>
    gauge(registry, { name, help, labelNames: ['subject'], maxSeries: 64 });
  const active = perSubject(
    'router_intake_backpressure_active',
    'Whether backpressure of a subject is active: 1 or 0.',
  );
  const p50 = perSubject('router_intake_processing_latency_p50', 'Median of processing, in ms.');
  const p95 = perSubject(
    'router_intake_processing_latency_p95',
    'p95 of processing over all replicas, in ms: the signal of backpressure.',
  );
  const p99 = perSubject('router_intake_processing_latency_p99', 'p99 of processing, in ms.');
  const known = gauge(registry, {
    name: 'router_overload_signal_known',
    help: 'Whether a signal of a subject is known (1) or counts as 0 because nothing fresh is (0).',
    labelNames: ['subject', 'signal'],
    maxSeries: 192,
  });
  const cellsOf = bySubject(subjects, (label) => ({
    active: active.cell(label),
    p50: p50.cell(label),
    p95: p95.cell(label),
    p99: p99.cell(label),
    known: (signal: keyof typeof SIGNAL_LABELS) => known.cell(label, SIGNAL_LABELS[signal]),
  }));
  return ({ subject, status, signals, sources, p50Ms, p99Ms }) => {
    const cells = cellsOf(subject);
    cells.active.value = status === 'active' ? 1 : 0;
    cells.p50.value = p50Ms;
    cells.p95.value = signals.latencyP95Ms;
    cells.p99.value = p99Ms;
    for (const signal of SIGNALS) cells.known(signal).value = sources[signal] === 'unknown' ? 0 : 1;
  };
}

interface StatusCounts {
  count(subject: string, status: OverloadStatus): void;
  forget(subject: string): void;
}

function statusMetrics(registry: Registry): StatusCounts {
  const family = gauge(registry, {
    name: 'router_intake_backpressure_status',
    help: 'Number of subjects by status.',
    labelNames: ['status'],
  });
  const cells: Record<OverloadStatus, Cell> = {
    active: family.cell('active'),
    warning: family.cell('warning'),
    inactive: family.cell('inactive'),
  };
  const last = new Map<string, OverloadStatus>();
  const show = (): void => {
    for (const name of OVERLOAD_STATUSES) cells[name].value = 0;
    for (const counted of last.values()) cells[counted].value += 1;
  };
  return {
    count: (subject, status) => {
      if (!last.has(subject) && last.size >= MAX_SUBJECTS) return;
      last.set(subject, status);
      show();
    },
    forget: (subject) => {
      last.delete(subject);
      show();
    },
  };
}

interface QueueDepth {
  readonly evaluated: Observer<OverloadFact<'evaluated'>>;
  readonly queried: Observer<OverloadFact<'consumer-queried'>>;
}

/** A subject's consumer is known from its first query; the depth is shown under its name from then on. */
function queueDepthMetrics(registry: Registry, subjects: readonly string[]): QueueDepth {
  const perConsumer = (name: string, help: string) =>
    gauge(registry, { name, help, labelNames: ['subject', 'consumer'], maxSeries: 64 });
  const pending = perConsumer(
    'router_jetstream_pending_messages',
    'Messages that wait, in the consumer and before the doors.',
  );
  const ackPending = perConsumer(
    'router_jetstream_ack_pending_messages',
    'Messages delivered by the consumer and not yet acknowledged; NaN: not known.',
  );
  const queries = counter(registry, {
    name: 'router_intake_jetstream_query_total',
    help: 'Questions to the server about a consumer, by how they ended.',
    labelNames: ['method', 'subject', 'error'],
    maxSeries: 64,
  });
  const cellsOf = bySubject(subjects, (label) => ({ label, consumer: NO_CONSUMER }));
  return {
    evaluated: ({ subject, signals, ackPending: unacknowledged }) => {
      const { label, consumer } = cellsOf(subject);
      pending.cell(label, consumer).value = signals.pendingMessages;
      if (consumer !== NO_CONSUMER) {
        // A consumer that cannot be asked is not an empty one.
        ackPending.cell(label, consumer).value = unacknowledged ?? Number.NaN;
      }
    },
    queried: ({ subject, consumer, error }) => {
      const cells = cellsOf(subject);
      // What shares a label has no consumer of its own there.
      if (cells.label !== OTHER && cells.consumer !== consumer) {
        pending.forget(cells.label, cells.consumer);
        ackPending.forget(cells.label, cells.consumer);
        cells.consumer = consumer;
      }
      queries.cell('real_time', cells.label, error).value += 1;
    },
  };
}

function p95Metrics(
  registry: Registry,
  subjects: readonly string[],
): (subject: string, method: string, hasFailed: boolean) => void {
  const family: Family = counter(registry, {
    name: 'router_intake_p95_calculation_total',
    help: 'Determinations of the p95, by where it was found and whether that failed.',
    labelNames: ['method', 'subject', 'error'],
    maxSeries: 128,
  });
  const labelOf = bySubject(subjects, (label) => label);
  return (subject, method, hasFailed) => {
    family.cell(method, labelOf(subject), hasFailed ? 'failed' : 'none').value += 1;
  };
}
