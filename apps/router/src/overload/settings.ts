import type { OverloadControl } from '@beamline/backpressure';
import { permitTtlMsOf, type SubjectSettings } from '@beamline/backpressure/core';

/** How a change of settings ended. */
export type SettingsAnswer = Awaited<ReturnType<OverloadControl['settings']['put']>>;

/** A settings document and what comes of it. */
export interface SettingsView {
  /** `null`: there is none. */
  readonly document: unknown;
  /** 0: there is none. */
  readonly revision: number;
  /** What was read as something else than it says. */
  readonly notes: readonly string[];
  readonly in_force: object;
}

/** A version of a settings document. */
export interface SettingsVersionView {
  readonly revision: number;
  /** Unix milliseconds. */
  readonly timestamp: number;
  /** `null`: the settings were taken back, or what was written is no JSON. */
  readonly document: unknown;
  readonly in_force: boolean;
}

/** Settings of overload control, as admins read and write them. They hold for all replicas. */
export class Settings {
  constructor(private readonly control: OverloadControl) {}

  all(): object {
    const { settings } = this.control;
    return {
      defaults: this.#view(undefined),
      subjects: Object.fromEntries(settings.subjects().map((name) => [name, this.#view(name)])),
      problems: settings.problems().map(({ name, revision, problems, lastGoodInForce }) => ({
        name,
        revision,
        problems,
        last_good_in_force: lastGoodInForce,
      })),
      store: { state: settings.state, detail: settings.detail },
    };
  }

  of(subject: string): SettingsView {
    return this.#view(subject);
  }

  put(
    subject: string | undefined,
    document: unknown,
    expectedRevision: number | undefined,
  ): Promise<SettingsAnswer> {
    return this.control.settings.put(subject, document, expectedRevision);
  }

  /** The versions that are kept of a document, the newest first; `undefined`: NATS does not tell. */
  async versions(subject: string | undefined): Promise<readonly SettingsVersionView[] | undefined> {
    const { settings } = this.control;
    const inForce = settings.document(subject)?.revision;
    const versions = await settings.versions(subject);
    return versions?.map(({ revision, atMs: timestamp, document = null }) => {
      return { revision, timestamp, document, in_force: revision === inForce };
    });
  }

  /** Stores the document of an earlier revision again. */
  restore(
    subject: string | undefined,
    revision: number,
    expectedRevision: number | undefined,
  ): Promise<SettingsAnswer> {
    return this.control.settings.restore(subject, revision, expectedRevision);
  }

  remove(
    subject: string | undefined,
    expectedRevision: number | undefined,
  ): Promise<SettingsAnswer> {
    return this.control.settings.remove(subject, expectedRevision);
  }

  #view(subject: string | undefined): SettingsView {
    const { settings } = this.control;
    const stored = settings.document(subject);
    return {
      document: stored?.document ?? null,
      revision: stored?.revision ?? 0,
      notes: stored?.notes ?? [],
      in_force: toDocument(settings.settingsOf(subject ?? '')),
    };
  }
}

/** Settings in the form in which they can be written. */
function toDocument(settings: SubjectSettings): object {
  const { thresholds, policy, admission } = settings;
  return {
    thresholds: {
      queue_overload: thresholds.queueOverload,
      latency_overload_ms: thresholds.latencyOverloadMs,
      inflight_overload: thresholds.inflightOverload,
    },
    policy: {
      retry_after_seconds: policy.retryAfterSeconds,
      max_retry_attempts: policy.maxRetryAttempts,
      backoff_strategy: policy.backoffStrategy,
      recovery_threshold: policy.recoveryThreshold,
      alert_on_active: policy.alertOnActive,
      alert_on_warning: policy.alertOnWarning,
    },
    admission: {
      mode: admission.mode,
      slo_ms: admission.sloMs ?? null,
      max_inflight: admission.maxInflight,
      retry_after_mode: admission.retryAfterMode,
      retry_after_max_seconds: admission.retryAfterMaxSeconds,
      permit_ttl_ms: permitTtlMsOf(settings),
    },
  };
}
