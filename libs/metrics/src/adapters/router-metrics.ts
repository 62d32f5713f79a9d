import type { OverloadEvent } from '@beamline/backpressure/core';
import type { IntakeEvent, NatsEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { NotificationEvent } from '@beamline/notifications/core';
import type { DecideEvent, PolicyEvent } from '@beamline/policy/core';
import type { Registry } from 'prom-client';
import { decideMetrics } from './decide.metrics.js';
import { intakeMetrics } from './intake.metrics.js';
import { natsMetrics } from './nats.metrics.js';
import { notificationMetrics } from './notification.metrics.js';
import { overloadMetrics } from './overload.metrics.js';
import { policyMetrics } from './policy.metrics.js';
import { PolicyLabelBudget } from './policy-labels.js';

/** What bounds the labels of the router's metrics. */
export interface RouterMetricsOptions {
  /** Policies that get labels of their own, in the order in which they are loaded; the rest is `_other`. Default 200. */
  readonly maxPolicies?: number;
  /**
   * Subjects that get labels of their own, those below them included; the rest is `_other`. The first one is the first
   * sample of `router_intake_backpressure_active`, which is where gateways look.
   */
  readonly subjects: readonly string[];
}

/** One observer per union of facts. They share which policies have labels. */
export interface RouterMetrics {
  readonly decide: Observer<DecideEvent>;
  readonly intake: Observer<IntakeEvent>;
  readonly nats: Observer<NatsEvent>;
  readonly notifications: Observer<NotificationEvent>;
  readonly overload: Observer<OverloadEvent>;
  readonly policy: Observer<PolicyEvent>;
}

/** Declares every metric of the router in `registry`. @throws Error when a registry is used twice. */
export function routerMetrics(registry: Registry, options: RouterMetricsOptions): RouterMetrics {
  const budget = new PolicyLabelBudget(options.maxPolicies ?? 200);
  return {
    decide: decideMetrics(registry, budget),
    intake: intakeMetrics(registry, options.subjects),
    nats: natsMetrics(registry),
    notifications: notificationMetrics(registry),
    overload: overloadMetrics(registry, options.subjects),
    policy: policyMetrics(registry, budget),
  };
}
