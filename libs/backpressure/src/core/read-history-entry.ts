import { FieldReader } from './field-reader.js';
import type { LoadSignals, OverloadCause, SignalName } from './load-signals.js';
import type { HistoryEntry, HistoryEntryType } from './overload.events.js';
import { OVERLOAD_STATUSES } from './overload-status.js';

/** An entry of the history, or the first thing that is wrong with it. */
export type ReadHistoryEntry =
  | { readonly ok: true; readonly entry: HistoryEntry }
  | { readonly ok: false; readonly problem: string };

const TYPES: readonly [HistoryEntryType, ...HistoryEntryType[]] = [
  'backpressure_active',
  'backpressure_warning',
  'recovery',
  'backpressure_inactive',
  'shedding_started',
  'shedding_stopped',
];
const SIGNALS: readonly [SignalName, ...SignalName[]] = [
  'pendingMessages',
  'latencyP95Ms',
  'inflightMessages',
];
const MAX_ID_LENGTH = 256;

/** Checks what a stream holds as an entry: others write into it too. Never throws. */
export function readHistoryEntry(value: unknown): ReadHistoryEntry {
  const reader = new FieldReader();
  const fields = reader.fields('entry', value);
  const recoveryTimeMs = reader.optionalAmount('recoveryTimeMs', fields['recoveryTimeMs']);
  const entry: HistoryEntry = {
    id: reader.text('id', fields['id'], MAX_ID_LENGTH),
    type: reader.oneOf('type', fields['type'], TYPES),
    subject: reader.subject('subject', fields['subject']),
    atMs: reader.amount('atMs', fields['atMs']),
    from: reader.oneOf('from', fields['from'], OVERLOAD_STATUSES),
    to: reader.oneOf('to', fields['to'], OVERLOAD_STATUSES),
    signals: signalsOf(reader, fields['signals']),
    causes: causesOf(reader, fields['causes']),
    retryAfterSeconds: reader.amount('retryAfterSeconds', fields['retryAfterSeconds']),
    ...(recoveryTimeMs === undefined ? {} : { recoveryTimeMs }),
    replica: reader.replica('replica', fields['replica']),
  };
  const { problem } = reader;
  return problem === undefined ? { ok: true, entry } : { ok: false, problem };
}

function signalsOf(reader: FieldReader, value: unknown): LoadSignals {
  const fields = reader.fields('signals', value);
  const amount = (name: SignalName) => reader.amount(`signals.${name}`, fields[name]);
  return {
    pendingMessages: amount('pendingMessages'),
    latencyP95Ms: amount('latencyP95Ms'),
    inflightMessages: amount('inflightMessages'),
  };
}

function causesOf(reader: FieldReader, value: unknown): OverloadCause[] {
  return reader.list('causes', value, SIGNALS.length).map((element, index) => {
    const fields = reader.fields(`causes[${index}]`, element);
    return {
      signal: reader.oneOf(`causes[${index}].signal`, fields['signal'], SIGNALS),
      value: reader.amount(`causes[${index}].value`, fields['value']),
      threshold: reader.amount(`causes[${index}].threshold`, fields['threshold']),
    };
  });
}
