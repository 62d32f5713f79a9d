import { assertNever, type Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { counter, gauge } from './family.js';
import type { ClusterFact } from './overload-groups.js';

const MAX_REPLICAS = 1_024;

/** The replicas that share a status, and the settings in force. */
export function overloadClusterMetrics(registry: Registry): Observer<ClusterFact> {
  const single = (name: string, help: string) => gauge(registry, { name, help }).cell();
  const total = (name: string, help: string) => counter(registry, { name, help }).cell();
  const replicas = single('router_overload_replicas', 'Living replicas, this one included.');
  replicas.value = 1;
  const others = new Set<string>();
  const leads = single(
    'router_overload_leader',
    'Whether this replica tells the status for all: 1 or 0.',
  );
  const badReports = total(
    'router_overload_reports_refused_total',
    'Reports of other replicas that were not believed.',
  );
  const settings = counter(registry, {
    name: 'router_overload_settings_total',
    help: 'Settings documents that came in, by what became of them.',
    labelNames: ['outcome'],
  });
  const applied = settings.cell('applied');
  const refused = settings.cell('refused');
  return (event) => {
    switch (event.type) {
      case 'replica-joined':
        // One that came back under its id before it was missed is still one.
        if (others.size < MAX_REPLICAS) others.add(event.replica);
        replicas.value = 1 + others.size;
        return;
      case 'replica-lost':
        others.delete(event.replica);
        replicas.value = 1 + others.size;
        return;
      case 'leader-changed':
        leads.value = event.isSelf ? 1 : 0;
        return;
      case 'report-refused':
        badReports.value += 1;
        return;
      case 'settings-applied':
        applied.value += 1;
        return;
      case 'settings-refused':
        refused.value += 1;
        return;
      default:
        assertNever(event);
    }
  };
}
