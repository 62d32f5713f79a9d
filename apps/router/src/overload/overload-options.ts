import { type RouterConfig } from '@beamline/config';
import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import { STREAMS } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import type { OverloadControlOptions } from '@beamline/backpressure';
import {
  DEFAULT_SETTINGS,
  type OverloadEvent,
  type ReadSettings,
  readSubjectSettings,
  type SubjectSettings,
} from '@beamline/backpressure/core';

/** What explanations over HTTP are admitted as: they share nothing with the doors but the process. */
export const EXPLAIN_SUBJECT = 'beamline.router.v1.explain';

/**
 * Silence after which a replica counts as gone. Gateways believe what they are told for three seconds by default: until
 * then the next replica has to have taken over, and told them.
 */
const LIVE_FOR_MS = 2_500;

/** What overload control stands on. */
export interface OverloadSurroundings {
  readonly config: RouterConfig;
  readonly link: NatsLink;
  readonly publisher: AckedPublisher;
  readonly observe: Observer<OverloadEvent>;
}

/** Overload control as the router wants it. The decide subject comes first: gateways read the first sample of a metric. */
export function overloadOptionsOf(surroundings: OverloadSurroundings): OverloadControlOptions {
  const { config, link, publisher, observe } = surroundings;
  const durable = config.natsJsDurableGroupDecide;
  const consumer = config.jetstreamEnabled ? { stream: STREAMS.router, durable } : undefined;
  return {
    ...(config.routerReplicaId && { replicaId: config.routerReplicaId }),
    subjects: [
      { name: config.decideSubject, ...(consumer && { consumer }) },
      { name: EXPLAIN_SUBJECT },
    ],
    defaults: overloadDefaultsOf(config),
    latencySamples: config.latencySamplesWindowSize,
    latencyMaxAgeMs: config.latencySamplesMaxAgeMs,
    liveForMs: LIVE_FOR_MS,
    nats: link,
    publisher,
    storage: { replicas: config.jsReplicas, type: config.jsStorage },
    ...(config.prometheusUrl && { prometheusUrl: config.prometheusUrl }),
    prometheusTimeoutMs: config.prometheusQueryTimeoutMs,
    consumerTimeoutMs: config.jetstreamQueryTimeoutMs,
    observe,
  };
}

/**
 * Thresholds, policy and admission of every subject, as configured; the bucket may say otherwise later.
 * @throws Error that lists every problem.
 */
export function overloadDefaultsOf(config: RouterConfig): SubjectSettings {
  const read = readDefaults(config);
  if (read.ok) return read.settings;
  throw new Error(`the settings of overload control cannot be used: ${read.problems.join('; ')}`);
}

/** What of them is read as something else than it says, one line each. */
export function overloadNotesOf(config: RouterConfig): readonly string[] {
  const read = readDefaults(config);
  return read.ok ? read.notes : [];
}

function readDefaults(config: RouterConfig): ReadSettings {
  return readSubjectSettings(
    {
      thresholds: {
        queue_overload: config.queueOverload,
        latency_overload_ms: config.latencyOverloadMs,
        inflight_overload: config.inflightOverload,
      },
      policy: config.backpressurePolicy,
      admission: {
        mode: config.overloadMode,
        slo_ms: config.overloadSloMs ?? null,
        max_inflight: config.overloadMaxInflight,
        retry_after_mode: config.retryAfterMode,
        retry_after_max_seconds: config.retryAfterMaxSeconds,
        // Left alone it goes with longer times; a shorter one that somebody wants is a contradiction to be told of.
        ...(config.overloadPermitTtlMs !== DEFAULT_SETTINGS.admission.permitTtlMs && {
          permit_ttl_ms: config.overloadPermitTtlMs,
        }),
      },
    },
    DEFAULT_SETTINGS,
  );
}

/** Says which tenants may call their requests critical. */
export function trustOf({
  overloadTrustedTenants: trusted = [],
}: RouterConfig): (tenantId: string | undefined) => boolean {
  if (trusted.includes('*')) return () => true;
  const known = new Set(trusted);
  return (tenantId) => tenantId !== undefined && known.has(tenantId);
}
