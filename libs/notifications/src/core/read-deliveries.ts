import type { Delivery, DeliveryFailure } from './delivery-log.js';
import { isRecord } from './is-record.js';

// Records, so that a new name does not compile without being read.
const FAILURES: Readonly<Record<DeliveryFailure, true>> = {
  refused_address: true,
  unresolved: true,
  connection: true,
  tls: true,
  timeout: true,
  redirect: true,
  http_status: true,
  broken_answer: true,
  expired: true,
  too_large: true,
  unknown: true,
};
const OUTCOMES: Readonly<Record<Delivery['outcome'], true>> = {
  delivered: true,
  failed: true,
  superseded: true,
};
const MAX_DELIVERIES = 100;
const MAX_SUBJECT_LENGTH = 1_023;
const MAX_DETAIL_LENGTH = 1_024;
const MAX_STATUS_LENGTH = 16;

/**
 * Reads what another replica says of its deliveries. Anybody may have sent it: what is no delivery is left out, and so is
 * everything beyond a hundred of them. Never throws.
 */
export function readDeliveries(value: unknown): readonly Delivery[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_DELIVERIES).filter(isDelivery).map(plain);
}

const RULES: Readonly<Record<keyof Delivery, (value: unknown) => boolean>> = {
  atMs: isAmount,
  subject: (value) => isText(value, MAX_SUBJECT_LENGTH),
  status: (value) => isText(value, MAX_STATUS_LENGTH),
  epoch: isCount,
  seq: isCount,
  outcome: (value) => isKey(value, OUTCOMES),
  httpStatus: (value) => value === undefined || isCount(value),
  failure: (value) => value === undefined || isKey(value, FAILURES),
  detail: (value) => isText(value, MAX_DETAIL_LENGTH),
  attempts: isCount,
  durationMs: isAmount,
};

function isDelivery(value: unknown): value is Delivery {
  if (!isRecord(value)) return false;
  return Object.entries(RULES).every(([field, isValid]) => isValid(value[field]));
}

/** Without what nobody has asked for. */
function plain({ atMs, subject, status, epoch, seq, ...rest }: Delivery): Delivery {
  const { outcome, httpStatus, failure, detail, attempts, durationMs } = rest;
  const ending = { outcome, httpStatus, failure, detail, attempts, durationMs };
  return { atMs, subject, status, epoch, seq, ...ending };
}

/** Of the deliveries of several replicas the newest, newest first, none twice. */
export function newestDeliveries(
  replicas: readonly (readonly Delivery[])[],
  count: number,
): readonly Delivery[] {
  const unique = new Map(replicas.flat().map((each) => [keyOf(each), each]));
  return [...unique.values()].toSorted((a, b) => b.atMs - a.atMs).slice(0, count);
}

function keyOf({ subject, epoch, seq, atMs, outcome }: Delivery): string {
  return JSON.stringify([subject, epoch, seq, atMs, outcome]);
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length <= maxLength;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isKey<Key extends string>(value: unknown, keys: Readonly<Record<Key, true>>): boolean {
  return typeof value === 'string' && Object.hasOwn(keys, value);
}
