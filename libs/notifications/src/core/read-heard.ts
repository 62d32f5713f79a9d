import { isRecord } from './is-record.js';
import type { HeardNotification } from './notification-sequence.js';

/** What somebody's notification says of its place, or why it says nothing. */
export type ReadHeard =
  | { readonly ok: true; readonly heard: HeardNotification }
  | { readonly ok: false; readonly problem: string };

const MAX_SHOWN = 64;

/** Reads the place of a notification; whatever else it says is of no matter to other publishers. */
export function readHeard(value: unknown): ReadHeard {
  if (!isRecord(value)) return problem('notification', value, 'object');
  const { subject, epoch, seq } = value;
  if (typeof subject !== 'string') return problem('subject', subject, 'string');
  if (!isCount(epoch)) return problem('epoch', epoch, 'integer from 0');
  if (!isCount(seq)) return problem('seq', seq, 'integer from 0');
  return { ok: true, heard: { subject, epoch, seq } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function problem(field: string, value: unknown, rule: string): ReadHeard {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, MAX_SHOWN);
  return { ok: false, problem: `${field} must be ${rule} (got ${shown})` };
}
