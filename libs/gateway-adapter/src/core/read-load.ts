import type { LoadStatus, RouterLoad } from './router-load.js';
import { describeViolation, violation } from './violation.js';

/** A load that could be read, or what is wrong with what came. */
export type ReadLoad =
  | { readonly ok: true; readonly load: RouterLoad }
  | { readonly ok: false; readonly problem: string };

type Fields = Readonly<Record<string, unknown>>;

/** How long a pushed load is believed where it does not say, in milliseconds. */
const PUSH_TTL_MS = 3000;
/** How long the answer to a poll is believed, in milliseconds (contract 10.4). */
const POLL_TTL_MS = 5000;
/** Longest time that a load may ask to be believed, in milliseconds: who asks for more gets this. */
const MAX_TTL_MS = 60_000;
/** Longest wait that is asked of callers, in seconds: a day. */
const MAX_WAIT_S = 86_400;
const MAX_SUBJECT_LENGTH = 1023;

const STATUSES: ReadonlySet<unknown> = new Set(['inactive', 'warning', 'active', 'unknown']);

/** Reads a pushed notification (contract 3.9). Fields that are not of the contract may be missing; unknown ones are passed over. */
export function readNotification(value: unknown): ReadLoad {
  if (!isObject(value)) return problem('notification', value, 'must be an object');
  if (value['type'] !== 'backpressure_status') {
    return problem('type', value['type'], 'must be "backpressure_status"');
  }
  const { epoch, seq, ttl_ms = PUSH_TTL_MS } = value;
  const isStamped = epoch !== undefined || seq !== undefined;
  if (isStamped && !isCount(epoch)) return problem('epoch', epoch, 'must be a whole number');
  if (isStamped && !isCount(seq)) return problem('seq', seq, 'must be a whole number');
  if (!isCount(ttl_ms) || ttl_ms === 0) {
    return problem('ttl_ms', ttl_ms, 'must be a whole number above 0');
  }
  const stamp = isCount(epoch) && isCount(seq) ? { epoch, seq } : {};
  const ttlMs = Math.min(ttl_ms, MAX_TTL_MS);
  return readFacts(value, value['retry_after_seconds'], { ...stamp, ttlMs });
}

/** Reads the answer to a question for a status (contract 3.8): `{"success":true,"data":{…}}`. */
export function readStatusReply(value: unknown): ReadLoad {
  if (!isObject(value)) return problem('reply', value, 'must be an object');
  if (value['success'] !== true) return problem('success', value['success'], 'must be true');
  const { data } = value;
  if (!isObject(data)) return problem('data', data, 'must be an object');
  const policy = isObject(data['policy']) ? data['policy'] : {};
  // The policy is told always; it asks for a wait only while the status is active (contract 3.9).
  const wait = data['status'] === 'active' ? policy['retry_after_seconds'] : 0;
  return readFacts(data, wait, { ttlMs: POLL_TTL_MS });
}

/** What both documents have in common. */
function readFacts(
  fields: Fields,
  waitSeconds: unknown,
  stamp: Pick<RouterLoad, 'epoch' | 'seq' | 'ttlMs'>,
): ReadLoad {
  const { subject, status, effective_status = status, credit, timestamp } = fields;
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_SUBJECT_LENGTH) {
    return problem('subject', subject, `must be a string of 1 to ${MAX_SUBJECT_LENGTH} characters`);
  }
  if (!isStatus(status)) return problem('status', status, 'must be a status');
  if (!isStatus(effective_status)) {
    return problem('effective_status', effective_status, 'must be a status');
  }
  if (credit !== undefined && credit !== null && !isAmount(credit)) {
    return problem('credit', credit, 'must be null or a number of at least 0');
  }
  const retryAfterMs = isAmount(waitSeconds) ? Math.min(waitSeconds, MAX_WAIT_S) * 1000 : 0;
  const atMs = isAmount(timestamp) ? timestamp : 0;
  const load = { subject, status, effectiveStatus: effective_status, retryAfterMs, credit, atMs };
  return { ok: true, load: { ...load, ...stamp } };
}

function problem(path: string, value: unknown, rule: string): ReadLoad {
  return { ok: false, problem: describeViolation(violation(path, value, rule)) };
}

function isStatus(value: unknown): value is LoadStatus {
  return STATUSES.has(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && isAmount(value);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
