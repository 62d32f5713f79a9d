import type { OverloadControl } from '@beamline/backpressure';
import type { SubjectSettings } from '@beamline/backpressure/core';

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
function toDocument({ thresholds, policy, admission }: SubjectSettings): object {
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
      permit_ttl_ms: admission.permitTtlMs,
    },
  };
}
