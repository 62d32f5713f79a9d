import { ERRORS } from '@beamline/contracts/core';
import { assertNever, type Observer } from '@beamline/kernel';
import type { DecideEvent, DecisionReason } from '@beamline/policy/core';
import type { Registry } from 'prom-client';
import { type Cell, counter } from './family.js';
import { LatencyHistogram } from './latency.js';
import type { PolicyLabelBudget, PolicyLabels } from './policy-labels.js';

type Door = DecideEvent['door'];

const DOORS: readonly Door[] = ['grpc', 'nats', 'jetstream', 'http'];
const STATUSES: readonly string[] = ['success', ...Object.keys(ERRORS)];
const TENANT_REASONS = [
  'tenant_missing',
  'tenant_empty',
  'tenant_invalid_format',
  'tenant_not_allowed',
];

/** Every metric of decisions is born here. */
export function decideMetrics(
  registry: Registry,
  budget: PolicyLabelBudget,
): Observer<DecideEvent> {
  const countDecision = decisionCounter(registry, budget);
  const observeAnswer = answerObserver(registry);
  const latency = new LatencyHistogram(registry, {
    name: 'router_policy_decision_latency_ms',
    help: 'Time from the decoded request to the decision, by reason; `error` when there was none.',
    labelNames: ['reason'],
    unit: 'ms',
  });
  const latencyOf = byReason((reason) => latency.cell(reason));
  const failedLatency = latency.cell('error');
  const failures = counter(registry, {
    name: 'router_decide_failures_total',
    help: 'Requests that ended without a decision, by door and error code.',
    labelNames: ['door', 'code'],
  });
  const tenantRejections = counter(registry, {
    name: 'router_decide_tenant_rejected_total',
    help: 'Requests refused because of their tenant, by reason.',
    labelNames: ['reason'],
    maxSeries: 16,
  });
  for (const reason of TENANT_REASONS) tenantRejections.cell(reason);
  for (const door of DOORS) for (const code of Object.keys(ERRORS)) failures.cell(door, code);

  return (event) => {
    switch (event.type) {
      case 'decided':
        countDecision(event.tenantId, event.policyId, event.reason);
        latencyOf[event.reason].observe(event.durationMs);
        return;
      case 'decide-failed':
        failures.cell(event.door, event.code).value += 1;
        failedLatency.observe(event.durationMs);
        return;
      case 'tenant-rejected':
        tenantRejections.cell(event.reason).value += 1;
        return;
      case 'request-answered':
        observeAnswer(event.door, event.status, event.durationMs);
        return;
      default:
        assertNever(event);
    }
  };
}

function byReason<Value>(make: (reason: DecisionReason) => Value): Record<DecisionReason, Value> {
  return {
    sticky: make('sticky'),
    weighted: make('weighted'),
    retry: make('retry'),
    fallback: make('fallback'),
    circuit_breaker_fallback: make('circuit_breaker_fallback'),
  };
}

function decisionCounter(
  registry: Registry,
  budget: PolicyLabelBudget,
): (tenantId: string, policyId: string, reason: DecisionReason) => void {
  const decisions = counter(registry, {
    name: 'router_policy_decisions_total',
    help: 'Decisions by tenant, policy and reason; tenants beyond METRICS_MAX_TENANTS are `_other`.',
    labelNames: ['tenant_id', 'policy_id', 'reason'],
    // Bounded by the budget of policies, each with every reason.
    maxSeries: Number.MAX_SAFE_INTEGER,
  });
  const known = new Map<PolicyLabels, Record<DecisionReason, Cell>>();
  const cellsOf = (labels: PolicyLabels) => {
    const cells = byReason((reason) => decisions.cell(labels.tenantId, labels.policyId, reason));
    known.set(labels, cells);
    return cells;
  };
  return (tenantId, policyId, reason) => {
    const labels = budget.labelsOf(tenantId, policyId);
    (known.get(labels) ?? cellsOf(labels))[reason].value += 1;
  };
}

function answerObserver(
  registry: Registry,
): (door: Door, status: string, durationMs: number) => void {
  const requests = counter(registry, {
    name: 'router_requests_total',
    help: 'Requests answered, by door and status: `success` or an error code.',
    labelNames: ['door', 'status'],
  });
  const durations = new LatencyHistogram(registry, {
    name: 'router_request_duration_seconds',
    help: 'Time from arrival at a door to the answer.',
    labelNames: ['door'],
    unit: 'seconds',
  });
  const doors = byDoor((door) => ({
    successes: requests.cell(door, 'success'),
    durations: durations.cell(door),
  }));
  for (const door of DOORS) for (const status of STATUSES) requests.cell(door, status);
  const observeGrpc = grpcObserver(registry);

  return (door, status, durationMs) => {
    const { successes, durations: duration } = doors[door];
    const cell = status === 'success' ? successes : requests.cell(door, status);
    cell.value += 1;
    duration.observe(durationMs);
    if (door === 'grpc') observeGrpc(status, durationMs);
  };
}

/** The contract's names for the gRPC door, which its SLO rules read. */
function grpcObserver(registry: Registry): (status: string, durationMs: number) => void {
  const requests = counter(registry, {
    name: 'router_grpc_requests_total',
    help: 'gRPC calls by method and status: `success` or an error code.',
    labelNames: ['method', 'status'],
    maxSeries: 64,
  });
  const duration = new LatencyHistogram(registry, {
    name: 'router_grpc_request_duration_seconds',
    help: 'Duration of gRPC calls.',
    labelNames: ['method'],
    unit: 'seconds',
  }).cell('decide');
  for (const status of STATUSES) requests.cell('decide', status);
  const successes = requests.cell('decide', 'success');

  return (status, durationMs) => {
    const cell = status === 'success' ? successes : requests.cell('decide', status);
    cell.value += 1;
    duration.observe(durationMs);
  };
}

function byDoor<Value>(make: (door: Door) => Value): Record<Door, Value> {
  return {
    grpc: make('grpc'),
    nats: make('nats'),
    jetstream: make('jetstream'),
    http: make('http'),
  };
}
