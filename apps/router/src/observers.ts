import type { RouterConfig } from '@beamline/config';
import { fanOut } from '@beamline/kernel';
import {
  type Logger,
  logIntakeEvents,
  logNatsEvents,
  logNotificationEvents,
  logOverloadEvents,
  logPolicyEvents,
  type Registry,
  routerMetrics,
} from '@beamline/metrics';
import { EXPLAIN_SUBJECT } from './overload/overload-options.js';
import type { RouterObservers } from './platform.js';
import { SUBJECTS } from '@beamline/contracts/core';

/** Who hears what: every fact is counted, and what an operator should know of is logged. */
export function routerObservers(
  config: RouterConfig,
  registry: Registry,
  logger: Logger,
): RouterObservers {
  const metrics = routerMetrics(registry, {
    maxPolicies: config.metricsMaxTenants,
    subjects: [
      config.decideSubject,
      config.decideAsyncSubject,
      SUBJECTS.getDecision,
      EXPLAIN_SUBJECT,
    ],
  });
  return {
    decide: metrics.decide,
    intake: fanOut(metrics.intake, logIntakeEvents(logger)),
    nats: fanOut(metrics.nats, logNatsEvents(logger)),
    policy: fanOut(metrics.policy, logPolicyEvents(logger)),
    overload: fanOut(metrics.overload, logOverloadEvents(logger)),
    notifications: fanOut(metrics.notifications, logNotificationEvents(logger)),
  };
}
