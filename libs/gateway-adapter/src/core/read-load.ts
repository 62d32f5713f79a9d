import type { LoadStatus, RouterLoad } from './router-load.js';
import { describeViolation, violation } from './violation.js';

/** A load that could be read, or what is wrong with what came. */
export type ReadLoad =
  | { readonly ok: true; readonly load: RouterLoad }
  | { readonly ok: false; readonly problem: string };

type Fields = Readonly<Record<string, unknown>>;

/** How long a pushed load is believed where it does not say, in milliseconds. */
const PUSH_TTL_MS = 3000;
/** Longest wait that is asked of callers, in seconds: a day. */
const MAX_WAIT_S = 86_400;
const MAX_SUBJECT_LENGTH = 1023;

const STATUSES: ReadonlySet<unknown> = new Set(['inactive', 'warning', 'active', 'unknown']);

/** What a field must be, where it is there. */
interface FieldRule {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
  readonly rule: string;
}

const STATUS_RULE = 'must be active, warning, inactive or unknown';
const FACT_RULES: readonly FieldRule[] = [
  {
    name: 'subject',
    holds: isSubject,
    rule: `must be a string of 1 to ${MAX_SUBJECT_LENGTH} characters`,
  },
  { name: 'status', holds: isStatus, rule: STATUS_RULE },
  { name: 'effective_status', holds: orAbsent(isStatus), rule: STATUS_RULE },
  {
    name: 'credit',
    holds: orAbsent((value) => value === null || isAmount(value)),
    rule: 'must be null or a number of at least 0',
  },
];
const STAMP_RULES: readonly FieldRule[] = ['epoch', 'seq'].map((name) => ({
  name,
  holds: isCount,
  rule: 'must be a whole number; epoch and seq come together or not at all',
}));
const NOTIFICATION_RULES: readonly FieldRule[] = [
  {
    name: 'type',
    holds: (value) => value === 'backpressure_status',
    rule: 'must be "backpressure_status"',
  },
  ...FACT_RULES,
  {
    name: 'ttl_ms',
    holds: orAbsent((value) => isCount(value) && value > 0),
    rule: 'must be a whole number above 0',
  },
];

/** Reads a pushed notification (contract 3.9). Fields that are not of the contract may be missing; unknown ones are passed over. */
export function readNotification(value: unknown): ReadLoad {
  if (!isObject(value)) return problem('notification', value, 'must be an object');
  const { epoch, seq, ttl_ms } = value;
  const isStamped = epoch !== undefined || seq !== undefined;
  const stampRules = isStamped ? STAMP_RULES : [];
  const broken = brokenRule(value, [...NOTIFICATION_RULES, ...stampRules]);
  if (broken !== undefined) return broken;
  const ttlMs = isCount(ttl_ms) ? ttl_ms : PUSH_TTL_MS;
  const stamp = isCount(epoch) && isCount(seq) ? { epoch, seq, ttlMs } : { ttlMs };
  return { ok: true, load: loadOf(value, value['retry_after_seconds'], stamp) };
}

/** Reads the answer to a question for a status (contract 3.8): `{"success":true,"data":{…}}`. `ttlMs`: how long it is believed. */
export function readStatusReply(value: unknown, ttlMs: number): ReadLoad {
  if (!isObject(value)) return problem('reply', value, 'must be an object');
  if (value['success'] !== true) return problem('success', value['success'], 'must be true');
  const { data } = value;
  if (!isObject(data)) return problem('data', data, 'must be an object');
  const policy = isObject(data['policy']) ? data['policy'] : {};
  // The policy is told always; it asks for a wait only while the status is active (contract 3.9).
  const wait = data['status'] === 'active' ? policy['retry_after_seconds'] : 0;
  const broken = brokenRule(data, FACT_RULES);
  if (broken !== undefined) return broken;
  return { ok: true, load: loadOf(data, wait, { ttlMs }) };
}

/** The load in a document that keeps the rules. */
function loadOf(
  { subject, status, effective_status, credit, timestamp }: Fields,
  waitSeconds: unknown,
  stamp: Pick<RouterLoad, 'epoch' | 'seq' | 'ttlMs'>,
): RouterLoad {
  const reported = isStatus(status) ? status : 'unknown';
  return {
    subject: String(subject),
    status: reported,
    effectiveStatus: isStatus(effective_status) ? effective_status : reported,
    retryAfterMs: isAmount(waitSeconds) ? Math.min(waitSeconds, MAX_WAIT_S) * 1000 : 0,
    credit: isAmount(credit) || credit === null ? credit : undefined,
    atMs: isAmount(timestamp) ? timestamp : 0,
    ...stamp,
  };
}

function brokenRule(fields: Fields, rules: readonly FieldRule[]): ReadLoad | undefined {
  const broken = rules.find(({ name, holds }) => !holds(fields[name]));
  return broken && problem(broken.name, fields[broken.name], broken.rule);
}

function problem(path: string, value: unknown, rule: string): ReadLoad {
  return { ok: false, problem: describeViolation(violation(path, value, rule)) };
}

function orAbsent(holds: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || holds(value);
}

function isSubject(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_SUBJECT_LENGTH;
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
