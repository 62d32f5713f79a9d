import type { OverloadEvent } from '@beamline/backpressure/core';
import type { Observer } from '@beamline/kernel';
import type { Registry } from 'prom-client';
import { admissionMetrics } from './admission.metrics.js';
import { overloadClusterMetrics } from './overload-cluster.metrics.js';
import { isAdmissionFact, isHistoryFact, isSignalFact } from './overload-groups.js';
import { overloadHistoryMetrics } from './overload-history.metrics.js';
import { overloadSignalMetrics } from './overload-signal.metrics.js';

/**
 * Every metric of overload control is born here. `subjects` are those that get labels of their own; the first one is the
 * first sample of `router_intake_backpressure_active`, which is where gateways that poll the page look.
 */
export function overloadMetrics(
  registry: Registry,
  subjects: readonly string[],
): Observer<OverloadEvent> {
  const observeSignals = overloadSignalMetrics(registry, subjects);
  const observeHistory = overloadHistoryMetrics(registry, subjects);
  const observeAdmission = admissionMetrics(registry, subjects);
  const observeCluster = overloadClusterMetrics(registry);
  return (event) => {
    if (isAdmissionFact(event)) observeAdmission(event);
    else if (isSignalFact(event)) observeSignals(event);
    else if (isHistoryFact(event)) observeHistory(event);
    else observeCluster(event);
  };
}
