import { DocumentReader, type DocumentReport, isRecord, shown } from './document-reader.js';
import {
  type AdmissionMode,
  type AdmissionSettings,
  type BackpressurePolicy,
  leastPermitTtlMs,
  type RetryAfterMode,
  type SubjectSettings,
  type Thresholds,
} from './subject-settings.js';

/** Settings that were read, with what was read as something else than it says; or everything that is wrong with them. */
export type ReadSettings =
  | { readonly ok: true; readonly settings: SubjectSettings; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const MODES: readonly AdmissionMode[] = ['proportional', 'strict', 'shadow'];
const RETRY_AFTER_MODES: readonly RetryAfterMode[] = ['slots', 'fixed'];
const MAX_STRATEGY_LENGTH = 64;

/**
 * Reads a settings document over `base`: `{thresholds?, policy?, admission?}` with the contract's field names. A field
 * that is absent keeps its value of `base`. Numbers below 1 count as 1, as the contract clamps them, and a policy that
 * is no map counts as absent; both are noted. Everything else that is wrong refuses the whole document: half of it in
 * force would be settings that nobody wrote.
 */
export function readSubjectSettings(document: unknown, base: SubjectSettings): ReadSettings {
  const report: DocumentReport = { problems: [], notes: [] };
  const root = DocumentReader.of(document, '', report);
  if (root === undefined) {
    return { ok: false, problems: [`settings must be a JSON object (got ${shown(document)})`] };
  }
  const settings = {
    thresholds: readThresholds(root.take('thresholds'), base.thresholds, report),
    policy: readPolicy(root.take('policy'), base.policy, report),
    admission: readAdmission(root.take('admission'), base.admission, report),
  };
  root.refuseTheRest();
  if (report.problems.length === 0) refuseShortLife(root, settings, report);
  const { problems, notes } = report;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings, notes };
}

function readThresholds(value: unknown, base: Thresholds, report: DocumentReport): Thresholds {
  const reader = sectionOf('thresholds', value, report);
  if (reader === undefined) return base;
  const thresholds = {
    queueOverload: reader.wholeNumber('queue_overload', base.queueOverload),
    latencyOverloadMs: reader.wholeNumber('latency_overload_ms', base.latencyOverloadMs),
    inflightOverload: reader.wholeNumber('inflight_overload', base.inflightOverload),
  };
  reader.refuseTheRest();
  return thresholds;
}

function readPolicy(
  value: unknown,
  base: BackpressurePolicy,
  report: DocumentReport,
): BackpressurePolicy {
  if (value === undefined) return base;
  const reader = DocumentReader.of(value, 'policy.', report);
  if (reader === undefined) {
    report.notes.push(`policy: ${shown(value)} is no map and counts as absent`);
    return base;
  }
  const policy = {
    retryAfterSeconds: reader.wholeNumber('retry_after_seconds', base.retryAfterSeconds),
    maxRetryAttempts: reader.wholeNumber('max_retry_attempts', base.maxRetryAttempts),
    backoffStrategy: reader.text('backoff_strategy', base.backoffStrategy, MAX_STRATEGY_LENGTH),
    recoveryThreshold: reader.share('recovery_threshold', base.recoveryThreshold),
    alertOnActive: reader.flag('alert_on_active', base.alertOnActive),
    alertOnWarning: reader.flag('alert_on_warning', base.alertOnWarning),
  };
  reader.refuseTheRest();
  return policy;
}

function readAdmission(
  value: unknown,
  base: AdmissionSettings,
  report: DocumentReport,
): AdmissionSettings {
  const reader = sectionOf('admission', value, report);
  if (reader === undefined) return base;
  const admission = {
    mode: reader.oneOf('mode', MODES, base.mode),
    sloMs: readSlo(reader, base.sloMs),
    maxInflight: reader.wholeNumber('max_inflight', base.maxInflight),
    retryAfterMode: reader.oneOf('retry_after_mode', RETRY_AFTER_MODES, base.retryAfterMode),
    retryAfterMaxSeconds: reader.wholeNumber('retry_after_max_seconds', base.retryAfterMaxSeconds),
    permitTtlMs: reader.wholeNumber('permit_ttl_ms', base.permitTtlMs),
  };
  reader.refuseTheRest();
  return admission;
}

/** `null` takes an objective back that a lower layer has set: then the latency threshold is the objective. */
function readSlo(reader: DocumentReader, base: number | undefined): number | undefined {
  const value = reader.take('slo_ms');
  if (value === undefined) return base;
  return value === null ? undefined : reader.wholeNumber('slo_ms', 1);
}

/**
 * A document that wants permits to be given up before the times it allows have passed contradicts itself. Times of other
 * layers do not count, since they come and go on their own: where they are longer, permits live longer.
 */
function refuseShortLife(
  root: DocumentReader,
  { thresholds, admission }: SubjectSettings,
  report: DocumentReport,
): void {
  const isNamed = (section: string, field: string): boolean => {
    const fields = root.take(section);
    return isRecord(fields) && Object.hasOwn(fields, field);
  };
  if (!isNamed('admission', 'permit_ttl_ms')) return;
  const leastMs = leastPermitTtlMs(
    isNamed('admission', 'slo_ms') ? (admission.sloMs ?? 0) : 0,
    isNamed('thresholds', 'latency_overload_ms') ? thresholds.latencyOverloadMs : 0,
  );
  if (admission.permitTtlMs >= leastMs) return;
  report.problems.push(
    `admission.permit_ttl_ms: must be at least twice slo_ms and latency_overload_ms, ${leastMs} (got ${admission.permitTtlMs})`,
  );
}

function sectionOf(
  name: string,
  value: unknown,
  report: DocumentReport,
): DocumentReader | undefined {
  if (value === undefined) return undefined;
  const reader = DocumentReader.of(value, `${name}.`, report);
  if (reader === undefined) {
    report.problems.push(`${name}: must be a JSON object (got ${shown(value)})`);
  }
  return reader;
}
