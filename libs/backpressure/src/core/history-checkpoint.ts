import type { EventTotals } from './event-aggregates.js';
import { FieldReader } from './field-reader.js';
import { OVERLOAD_STATUSES, type OverloadStatus } from './overload-status.js';
import { NOT_RECOVERED, type RecoveryRecord } from './recovery.js';

/** A place in a stream. */
export interface StreamPosition {
  /** Tells the stream from one that was made anew under its name: when it was created. */
  readonly stream: string;
  readonly sequence: number;
}

/** What outlives a process of a subject's history. JSON can hold it: what is `undefined` is left out. */
export interface HistoryCheckpoint {
  readonly version: 1;
  readonly subject: string;
  /** The newest entry of the stream that is contained. */
  readonly position: StreamPosition;
  readonly totals: EventTotals;
  readonly status: OverloadStatus;
  /** Unix milliseconds. */
  readonly statusSinceMs: number;
  readonly recovery: RecoveryRecord;
}

/** A checkpoint, or the first thing that is wrong with it. */
export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: HistoryCheckpoint }
  | { readonly ok: false; readonly problem: string };

/** Checks what was stored as a checkpoint. Never throws. */
export function readCheckpoint(value: unknown): ReadCheckpoint {
  const reader = new FieldReader();
  const fields = reader.fields('checkpoint', value);
  reader.version(fields['version']);
  const position = reader.fields('position', fields['position']);
  const checkpoint: HistoryCheckpoint = {
    version: 1,
    subject: reader.subject('subject', fields['subject']),
    position: {
      stream: reader.text('position.stream', position['stream'], 128),
      sequence: reader.count('position.sequence', position['sequence']),
    },
    totals: totalsOf(reader, fields['totals']),
    status: reader.oneOf('status', fields['status'], OVERLOAD_STATUSES),
    statusSinceMs: reader.amount('statusSinceMs', fields['statusSinceMs']),
    recovery: recoveryOf(reader, fields['recovery']),
  };
  const { problem } = reader;
  return problem === undefined ? { ok: true, checkpoint } : { ok: false, problem };
}

function totalsOf(reader: FieldReader, value: unknown): EventTotals {
  const fields = reader.fields('totals', value);
  const count = (name: string) => reader.count(`totals.${name}`, fields[name]);
  const lastAtMs = reader.optionalAmount('totals.lastAtMs', fields['lastAtMs']);
  return {
    active: count('active'),
    warning: count('warning'),
    recovery: count('recovery'),
    lastAtMs,
  };
}

function recoveryOf(reader: FieldReader, value: unknown): RecoveryRecord {
  const fields = reader.fields('recovery', value);
  if (fields['recovered'] !== true) return NOT_RECOVERED;
  return {
    recovered: true,
    recoveryTimeMs: reader.optionalAmount('recovery.recoveryTimeMs', fields['recoveryTimeMs']),
    atMs: reader.optionalAmount('recovery.atMs', fields['atMs']),
  };
}
