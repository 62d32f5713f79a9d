import {
  type AdmissionView,
  CRITICALITIES,
  OVERLOAD_STATUSES,
  REFUSAL_REASONS,
} from '@beamline/backpressure/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, gauge } from './family.js';
import type { AdmissionFact, OverloadFact } from './overload-groups.js';
import { bySubject } from './subject-labels.js';

const CLASSES_AND_REASONS = CRITICALITIES.length * REFUSAL_REASONS.length;

/** What admission lets in and refuses, what it bases that on, and how the process keeps up. */
export function admissionMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<AdmissionFact> {
  const countRequests = requestMetrics(registry, subjects);
  const showEstimates = estimateMetrics(registry, subjects);
  const total = (name: string, help: string) =>
    counter(registry, { name, help, labelNames: ['subject'], maxSeries: 64 });
  const capped = total(
    'router_admission_criticality_capped_total',
    'Requests that asked for more criticality than their caller may.',
  );
  const expired = total(
    'router_admission_permits_expired_total',
    'Admitted requests whose end was never told.',
  );
  const cellsOf = bySubject(subjects, (label) => ({
    capped: capped.cell(label),
    expired: expired.cell(label),
  }));
  const showLoop = eventLoopMetrics(registry);
  return (event) => {
    switch (event.type) {
      case 'admission-window':
        countRequests(event);
        showEstimates(event.subject, event.view);
        return;
      case 'criticality-capped':
        cellsOf(event.subject).capped.value += 1;
        return;
      case 'permits-expired':
        cellsOf(event.subject).expired.value += event.count;
        return;
      case 'event-loop':
        showLoop(event);
        return;
      default:
        assertNever(event);
    }
  };
}

function requestMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<OverloadFact<'admission-window'>> {
  const refusalsOf = (name: string, help: string) =>
    counter(registry, {
      name,
      help,
      labelNames: ['subject', 'criticality', 'reason'],
      maxSeries: CLASSES_AND_REASONS * (subjects.length + 1),
    });
  const admitted = counter(registry, {
    name: 'router_admission_admitted_total',
    help: 'Requests let in, by subject and criticality.',
    labelNames: ['subject', 'criticality'],
  });
  const refused = refusalsOf(
    'router_admission_refused_total',
    'Requests refused, by subject, criticality and reason.',
  );
  const wouldRefuse = refusalsOf(
    'router_admission_would_refuse_total',
    'Requests that shadow mode let in and another mode would have refused.',
  );
  const rejections = counter(registry, {
    name: 'router_intake_backpressure_rejections_total',
    help: 'Messages handed back or refused because of overload, by subject and reason.',
    labelNames: ['subject', 'reason'],
  });
  const labelOf = bySubject(subjects, (label) => {
    for (const criticality of CRITICALITIES) {
      admitted.cell(label, criticality);
      for (const reason of REFUSAL_REASONS) refused.cell(label, criticality, reason);
    }
    for (const reason of REFUSAL_REASONS) rejections.cell(label, reason);
    return label;
  });
  return ({ subject, counts, view }) => {
    const label = labelOf(subject);
    const isShadow = view.mode === 'shadow';
    for (const criticality of CRITICALITIES) {
      admitted.cell(label, criticality).value += counts.admitted[criticality];
    }
    for (const { criticality, reason, count } of counts.refused) {
      (isShadow ? wouldRefuse : refused).cell(label, criticality, reason).value += count;
      if (!isShadow) rejections.cell(label, reason).value += count;
    }
  };
}

const MS = 1e-3;

/** What is shown of an estimate, in base units. */
const ESTIMATES: readonly {
  readonly name: string;
  readonly help: string;
  readonly of: (view: AdmissionView) => number;
}[] = [
  {
    name: 'router_admission_predicted_wait_seconds',
    help: 'How long a request let in now is expected to wait.',
    of: (view) => view.predictedWaitMs * MS,
  },
  {
    name: 'router_admission_delivered_per_second',
    help: 'Requests per second that the work behind is estimated to deliver; 0: not known.',
    of: (view) => view.deliveredPerSecond,
  },
  {
    name: 'router_admission_service_seconds',
    help: 'Mean time that the work on a request takes; 0: not known.',
    of: (view) => view.serviceMs * MS,
  },
  {
    name: 'router_admission_queue_delay_seconds',
    help: 'How long requests waited, as seen last.',
    of: (view) => view.queueMs * MS,
  },
  {
    name: 'router_admission_backlog',
    help: 'Requests let in and not ended.',
    of: (view) => view.backlog,
  },
  {
    name: 'router_admission_estimates_inferred',
    help: 'Whether nobody reports service times, so that estimates are inferred: 1 or 0.',
    of: (view) => (view.quality === 'inferred' ? 1 : 0),
  },
];

function estimateMetrics(
  registry: Registry,
  subjects: readonly string[],
): (subject: string, view: AdmissionView) => void {
  const families = ESTIMATES.map(({ name, help, of }) => ({
    of,
    family: gauge(registry, { name, help, labelNames: ['subject'], maxSeries: 64 }),
  }));
  const effective = gauge(registry, {
    name: 'router_admission_effective_status',
    help: 'What admission does: 1 for the status it is in, 0 for the others.',
    labelNames: ['subject', 'status'],
  });
  const cellsOf = bySubject(subjects, (label) => ({
    estimates: families.map(({ family, of }) => ({ cell: family.cell(label), of })),
    statuses: OVERLOAD_STATUSES.map((status) => ({ status, cell: effective.cell(label, status) })),
  }));
  return (subject, view) => {
    const { estimates, statuses } = cellsOf(subject);
    for (const { cell, of } of estimates) cell.value = of(view);
    for (const { cell, status } of statuses) {
      cell.value = status === view.effectiveStatus ? 1 : 0;
    }
  };
}

function eventLoopMetrics(registry: Registry): Observer<OverloadFact<'event-loop'>> {
  const single = (name: string, help: string) => gauge(registry, { name, help }).cell();
  const p99 = single(
    'router_event_loop_delay_p99_seconds',
    'p99 of the delay of the event loop over the last interval.',
  );
  const mean = single(
    'router_event_loop_delay_mean_seconds',
    'Mean delay of the event loop over the last interval.',
  );
  const utilisation = single(
    'router_event_loop_utilisation_ratio',
    'Share of the last interval in which the event loop was busy, 0 to 1.',
  );
  return (event) => {
    p99.value = event.delayP99Ms * MS;
    mean.value = event.delayMeanMs * MS;
    utilisation.value = event.utilisation;
  };
}
