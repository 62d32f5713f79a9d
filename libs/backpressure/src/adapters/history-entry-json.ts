import {
  type HistoryEntry,
  type HistoryEntryType,
  OVERLOAD_STATUSES,
  SIGNAL_NAMES,
} from '../core/index.js';
import { isSubjectName } from '../core/subject-name.js';

const TYPES: ReadonlySet<unknown> = new Set<HistoryEntryType>([
  'backpressure_active',
  'backpressure_warning',
  'recovery',
  'shedding_started',
  'shedding_stopped',
]);
const STATUSES: ReadonlySet<unknown> = new Set(OVERLOAD_STATUSES);
const NAMES: ReadonlySet<unknown> = new Set(SIGNAL_NAMES);
const MAX_ID_LENGTH = 256;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** How an entry lies in the stream. */
export function encodeHistoryEntry(entry: HistoryEntry): string {
  return JSON.stringify(entry);
}

/** Reads an entry of the stream; `undefined` for whatever else somebody put there. */
export function decodeHistoryEntry(data: Uint8Array): HistoryEntry | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(data));
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Checks = { readonly [Field in keyof HistoryEntry]-?: (value: unknown) => boolean };

const CHECKS: Checks = {
  id: isId,
  type: (value) => TYPES.has(value),
  subject: isSubjectName,
  atMs: isAmount,
  from: (value) => STATUSES.has(value),
  to: (value) => STATUSES.has(value),
  signals: (value) => isRecord(value) && SIGNAL_NAMES.every((signal) => isAmount(value[signal])),
  causes: (value) =>
    Array.isArray(value) && value.length <= SIGNAL_NAMES.length && value.every(isCause),
  retryAfterSeconds: isAmount,
  recoveryTimeMs: (value) => value === undefined || isAmount(value),
  replica: isId,
};

function isEntry(value: unknown): value is HistoryEntry {
  return (
    isRecord(value) && Object.entries(CHECKS).every(([field, isValid]) => isValid(value[field]))
  );
}

function isCause(value: unknown): boolean {
  if (!isRecord(value) || !NAMES.has(value['signal'])) return false;
  return isAmount(value['value']) && isAmount(value['threshold']);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH;
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
