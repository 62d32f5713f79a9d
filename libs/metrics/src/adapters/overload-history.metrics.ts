import type { HistoryEntry, HistoryEntryType } from '@beamline/backpressure/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter } from './family.js';
import type { HistoryFact } from './overload-groups.js';
import { bySubject } from './subject-labels.js';

const TYPES: readonly HistoryEntryType[] = [
  'backpressure_active',
  'backpressure_warning',
  'recovery',
  'shedding_started',
  'shedding_stopped',
];
const ALERTS = ['RouterBackpressureActive', 'RouterBackpressureWarning'] as const;

/** What happened to subjects. The replica that writes it down counts it: the sum over all replicas is the truth. */
export function overloadHistoryMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<HistoryFact> {
  const countEntry = entryMetrics(registry, subjects);
  const lost = counter(registry, {
    name: 'router_overload_history_lost_total',
    help: 'Entries of the history that were dropped because NATS was away for too long.',
  }).cell();
  const alerts = counter(registry, {
    name: 'router_overload_alerts_total',
    help: 'Alerts raised and resolved.',
    labelNames: ['alert_name', 'state'],
  });
  for (const name of ALERTS) for (const state of ['raised', 'resolved']) alerts.cell(name, state);
  return (event) => {
    switch (event.type) {
      case 'history-entry':
        countEntry(event.entry);
        return;
      case 'history-lost':
        lost.value += event.count;
        return;
      case 'checkpoint-refused':
        return;
      case 'alert':
        alerts.cell(event.alert.alertName, event.alert.state).value += 1;
        return;
      default:
        assertNever(event);
    }
  };
}

function entryMetrics(registry: Registry, subjects: readonly string[]): Observer<HistoryEntry> {
  const events = counter(registry, {
    name: 'router_backpressure_events_total',
    help: 'Changes of backpressure and of shedding, by subject and kind.',
    labelNames: ['subject', 'event_type'],
  });
  const recoveries = counter(registry, {
    name: 'router_backpressure_recovery_total',
    help: 'Recoveries from backpressure, by subject.',
    labelNames: ['subject'],
    maxSeries: 64,
  });
  const triggered = counter(registry, {
    name: 'router_intake_backpressure_triggered_total',
    help: 'Activations of backpressure, by subject and trigger.',
    labelNames: ['subject', 'trigger'],
    maxSeries: 64,
  });
  const cellsOf = bySubject(subjects, (label) => {
    for (const type of TYPES) events.cell(label, type);
    return {
      event: (type: HistoryEntryType) => events.cell(label, type),
      recovery: recoveries.cell(label),
      triggered: triggered.cell(label, 'overload'),
    };
  });
  return ({ subject, type }) => {
    const cells = cellsOf(subject);
    cells.event(type).value += 1;
    if (type === 'recovery') cells.recovery.value += 1;
    if (type === 'backpressure_active') cells.triggered.value += 1;
  };
}
