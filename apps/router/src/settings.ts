import { hostname } from 'node:os';
import type { RouterConfig } from '@beamline/config';
import {
  BUCKETS,
  CONSUMERS,
  dlqSubjectOf,
  durableSubjects,
  QUEUES,
  STREAMS,
  SUBJECTS,
  type TenantAllowlist,
} from '@beamline/contracts/core';
import type { ProvisionSpecs } from '@beamline/jetstream/core';

// What each part wants, cut out of the configuration. The wiring is in app.module.ts and strategies.ts.

const DAY_MS = 24 * 3600 * 1000;
const DEAD_LETTERS_KEPT_MS = 7 * DAY_MS;

/** Tenants that are served: the one list that guards every door. `undefined`: all. */
export function allowlistOf(config: RouterConfig): TenantAllowlist {
  if (!config.tenantValidationEnabled) return undefined;
  const tenants = config.resultAckAllowedTenants ?? config.cafPushAssignmentAllowedTenants;
  return tenants && new Set(tenants);
}

/** This process, as dead letters name it. */
export function nodeIdOf(): string {
  return `${hostname()}-${process.pid}`;
}

/** What the doors stand on in JetStream: records always, the rest for the durable door. Policies and pins make their own buckets. */
export function doorSpecsOf(config: RouterConfig): ProvisionSpecs {
  return config.jetstreamEnabled
    ? { ...recordSpecsOf(config), ...durableSpecsOf(config) }
    : recordSpecsOf(config);
}

function recordSpecsOf(config: RouterConfig): ProvisionSpecs {
  const { jsStorage: storage, jsReplicas: replicas } = config;
  return {
    buckets: [
      {
        bucket: BUCKETS.idempotency,
        ttlMs: config.idempotencyTtlSeconds * 1000,
        maxEntries: config.idempotencyMaxSize,
        // A request must not fail because an hour of records is kept: the oldest go before their time.
        atLimit: 'drop-oldest',
        storage,
        replicas,
      },
    ],
  };
}

function durableSpecsOf(config: RouterConfig): ProvisionSpecs {
  const { jsStorage: storage, jsReplicas: replicas, jsMaxBytes: maxBytes } = config;
  return {
    streams: [
      {
        name: STREAMS.router,
        subjects: durableSubjects(config.decideAsyncSubject),
        retention: 'workqueue',
        // A full intake refuses: the publisher hears it at once, and nothing that was accepted is pushed out.
        discard: 'new',
        storage,
        replicas,
        maxBytes,
      },
      {
        name: STREAMS.dlq,
        subjects: [dlqSubjectOf(config.decideAsyncSubject, config.dlqSubjectPattern)],
        maxAgeMs: DEAD_LETTERS_KEPT_MS,
        storage,
        replicas,
        maxBytes,
      },
    ],
    consumers: [
      {
        stream: STREAMS.router,
        durable: config.natsJsDurableGroupDecide,
        ackWaitMs: config.natsJsAckWaitSeconds * 1000,
        maxAckPending: config.natsJsMaxAckPending,
      },
    ],
  };
}

/** Names the stream or bucket that stores a subject, for logs and labels: a closed set. */
export function streamOf({ streams = [], buckets = [] }: ProvisionSpecs, subject: string): string {
  const bucket = buckets.find((each) => subject.startsWith(`$KV.${each.bucket}.`));
  const stream = streams.find((each) => each.subjects.includes(subject));
  return bucket?.bucket ?? stream?.name ?? 'unknown';
}

/** The configured name of a subject that a controller declares by its default. */
export function configuredSubject(config: RouterConfig, declared: string): string {
  return declared === SUBJECTS.decide ? config.decideSubject : declared;
}

/** The configured name of a queue group that a controller declares by its default. */
export function configuredQueue(config: RouterConfig, declared: string): string {
  return declared === QUEUES.decide ? config.natsJsDeliverGroupDecide : declared;
}

/** The configured name of a durable consumer that a controller declares by its default. */
export function configuredDurable(config: RouterConfig, declared: string): string {
  return declared === CONSUMERS.decide ? config.natsJsDurableGroupDecide : declared;
}
