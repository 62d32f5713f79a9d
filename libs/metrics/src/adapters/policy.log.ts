import type { Clock, Observer } from '@beamline/kernel';
import type { PolicyEvent } from '@beamline/policy/core';
import type { Logger } from './logger.js';
import { withoutRepeats } from './repeats.js';

/** Problems of one document that are written out; the rest is counted. */
const MAX_PROBLEMS = 10;

type RareEvent = Exclude<PolicyEvent, { type: 'policy-lookup' | 'sticky-lookup' }>;

/** Logs what happens to policies: changes in debug, bad documents with their problems, stores that lose their bucket. */
export function logPolicyEvents(logger: Logger, clock?: Clock): Observer<PolicyEvent> {
  const write = withoutRepeats(logger, clock);
  const logRare: Observer<RareEvent> = (event) => {
    switch (event.type) {
      case 'policy-rejected':
        return logRejection(logger, event);
      case 'policy-loaded':
        return logger.debug('policy loaded', {
          tenant_id: event.tenantId,
          latency_ms: event.durationMs,
          context: { policy_id: event.policyId, source: event.source },
        });
      case 'policy-removed':
        return logger.info('policy removed', {
          tenant_id: event.tenantId,
          context: { policy_id: event.policyId },
        });
      case 'sticky-write-failed': {
        const message = `sticky pin not stored: ${event.reason}`;
        return write({ key: message, level: 'warn', message });
      }
      case 'bucket-state-changed':
        return logBucket(logger, event);
      case 'policy-store-size':
      case 'sticky-store-size':
      default:
        return undefined;
    }
  };
  return (event) => {
    if (event.type !== 'policy-lookup' && event.type !== 'sticky-lookup') logRare(event);
  };
}

function logRejection(
  logger: Logger,
  event: Extract<PolicyEvent, { type: 'policy-rejected' }>,
): void {
  const { tenantId, policyId, source, problems } = event;
  const more = Math.max(0, problems.length - MAX_PROBLEMS);
  logger.error('policy document is not usable; the last good one stays in force', {
    tenant_id: tenantId,
    context: { policy_id: policyId, source, problems: problems.slice(0, MAX_PROBLEMS), more },
  });
}

function logBucket(
  logger: Logger,
  event: Extract<PolicyEvent, { type: 'bucket-state-changed' }>,
): void {
  const { bucket, state, detail } = event;
  const level = LEVEL_OF_STATE[state];
  logger[level](`bucket of ${bucket} is ${state}`, { context: detail === '' ? {} : { detail } });
}

const LEVEL_OF_STATE = {
  connecting: 'info',
  syncing: 'info',
  synced: 'info',
  unreachable: 'warn',
  incompatible: 'error',
} as const;
