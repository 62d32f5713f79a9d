import fc from 'fast-check';
import { anEntry } from './history.fixtures.js';
import { readCheckpoint, type HistoryCheckpoint } from './history-checkpoint.js';
import { readHistoryEntry } from './read-history-entry.js';

const ENTRY = anEntry('recovery', { id: 'r1-1-1', atMs: 5 });
const CHECKPOINT: HistoryCheckpoint = {
  version: 1,
  subject: 's',
  position: { stream: '2026-01-01T00:00:00Z', sequence: 7 },
  totals: { active: 1, warning: 2, recovery: 3, lastAtMs: 4 },
  status: 'warning',
  statusSinceMs: 5,
  recovery: { recovered: true, recoveryTimeMs: 6, atMs: 7 },
};

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const problemOf = (
  result: { readonly ok: true } | { readonly ok: false; readonly problem: string },
) => (result.ok ? undefined : result.problem);

it('reads what the history writer writes', () => {
  const { recoveryTimeMs: _, ...other } = ENTRY;

  expect(readHistoryEntry(json(ENTRY))).toEqual({ ok: true, entry: ENTRY });
  expect(readHistoryEntry(json(other))).toEqual({ ok: true, entry: other });
});

it.each([
  'backpressure_active',
  'backpressure_warning',
  'recovery',
  'backpressure_inactive',
  'shedding_started',
  'shedding_stopped',
] as const)('reads an entry of type %s', (type) => {
  expect(readHistoryEntry(anEntry(type, { id: 'x' }))).toMatchObject({ ok: true });
});

it('keeps nothing that it did not ask for', () => {
  expect(readHistoryEntry({ ...ENTRY, more: 'x' })).toEqual({ ok: true, entry: ENTRY });
});

it.each([
  ['nothing', null, 'entry must be an object (got null)'],
  ['no id', { ...ENTRY, id: '' }, 'id must be a text of 1 to 256 characters (got "")'],
  [
    'an id without end',
    { ...ENTRY, id: 'x'.repeat(257) },
    `id must be a text of 1 to 256 characters (got "${'x'.repeat(64)}")`,
  ],
  [
    'a type that there is not',
    { ...ENTRY, type: 'x' },
    'type must be one of backpressure_active, backpressure_warning, recovery, backpressure_inactive, shedding_started, shedding_stopped (got "x")',
  ],
  ['no subject', { ...ENTRY, subject: 4 }, 'subject must have 1 to 1023 bytes (got 4)'],
  ['no time', { ...ENTRY, atMs: -1 }, 'atMs must be a number from 0 to 2^53 - 1 (got -1)'],
  [
    'no status before',
    { ...ENTRY, from: 1 },
    'from must be one of inactive, warning, active (got 1)',
  ],
  ['no status after', { ...ENTRY, to: 1 }, 'to must be one of inactive, warning, active (got 1)'],
  ['no signals', { ...ENTRY, signals: 1 }, 'signals must be an object (got 1)'],
  [
    'no p95',
    { ...ENTRY, signals: { ...ENTRY.signals, latencyP95Ms: '1' } },
    'signals.latencyP95Ms must be a number from 0 to 2^53 - 1 (got "1")',
  ],
  [
    'no pending count',
    { ...ENTRY, signals: { ...ENTRY.signals, pendingMessages: null } },
    'signals.pendingMessages must be a number from 0 to 2^53 - 1 (got null)',
  ],
  [
    'no in-flight count',
    { ...ENTRY, signals: { ...ENTRY.signals, inflightMessages: true } },
    'signals.inflightMessages must be a number from 0 to 2^53 - 1 (got a value of type boolean)',
  ],
  ['no causes', { ...ENTRY, causes: 1 }, 'causes must be a list (got 1)'],
  [
    'more causes than signals',
    { ...ENTRY, causes: [{}, {}, {}, {}] },
    'causes must have at most 3 elements (got 4)',
  ],
  ['a cause that is none', { ...ENTRY, causes: [1] }, 'causes[0] must be an object (got 1)'],
  [
    'a cause without signal',
    { ...ENTRY, causes: [{ signal: 'x', value: 1, threshold: 1 }] },
    'causes[0].signal must be one of pendingMessages, latencyP95Ms, inflightMessages (got "x")',
  ],
  [
    'a cause without value',
    { ...ENTRY, causes: [{ signal: 'latencyP95Ms', threshold: 1 }] },
    'causes[0].value must be a number from 0 to 2^53 - 1 (got a value of type undefined)',
  ],
  [
    'a cause without threshold',
    { ...ENTRY, causes: [{ signal: 'latencyP95Ms', value: 1, threshold: 'x' }] },
    'causes[0].threshold must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  [
    'no Retry-After',
    { ...ENTRY, retryAfterSeconds: undefined },
    'retryAfterSeconds must be a number from 0 to 2^53 - 1 (got a value of type undefined)',
  ],
  [
    'a recovery of no time',
    { ...ENTRY, recoveryTimeMs: 'x' },
    'recoveryTimeMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  [
    'no replica',
    { ...ENTRY, replica: 'a b' },
    'replica must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got "a b")',
  ],
])('refuses an entry with %s', (_, value, problem) => {
  expect(problemOf(readHistoryEntry(value))).toBe(problem);
});

it('reads a stored checkpoint', () => {
  const fresh: HistoryCheckpoint = {
    ...CHECKPOINT,
    totals: { active: 0, warning: 0, recovery: 0, lastAtMs: undefined },
    recovery: { recovered: false, recoveryTimeMs: undefined, atMs: undefined },
  };

  expect(readCheckpoint(json(CHECKPOINT))).toEqual({ ok: true, checkpoint: CHECKPOINT });
  expect(readCheckpoint(json(fresh))).toEqual({ ok: true, checkpoint: fresh });
});

it.each([
  ['nothing', 5, 'checkpoint must be an object (got 5)'],
  ['another version', { ...CHECKPOINT, version: 2 }, 'version must be 1 (got 2)'],
  ['no subject', { ...CHECKPOINT, subject: '' }, 'subject must have 1 to 1023 bytes (got "")'],
  ['no position', { ...CHECKPOINT, position: 1 }, 'position must be an object (got 1)'],
  [
    'no stream',
    { ...CHECKPOINT, position: { stream: '', sequence: 1 } },
    'position.stream must be a text of 1 to 128 characters (got "")',
  ],
  [
    'half a sequence',
    { ...CHECKPOINT, position: { stream: 'x', sequence: 1.5 } },
    'position.sequence must be whole (got 1.5)',
  ],
  ['no totals', { ...CHECKPOINT, totals: [] }, 'totals must be an object (got a list)'],
  [
    'half a total of active',
    { ...CHECKPOINT, totals: { ...CHECKPOINT.totals, active: 0.5 } },
    'totals.active must be whole (got 0.5)',
  ],
  [
    'half a total of warning',
    { ...CHECKPOINT, totals: { ...CHECKPOINT.totals, warning: 0.5 } },
    'totals.warning must be whole (got 0.5)',
  ],
  [
    'half a total of recovery',
    { ...CHECKPOINT, totals: { ...CHECKPOINT.totals, recovery: 0.5 } },
    'totals.recovery must be whole (got 0.5)',
  ],
  [
    'no last time',
    { ...CHECKPOINT, totals: { ...CHECKPOINT.totals, lastAtMs: 'x' } },
    'totals.lastAtMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  [
    'no status',
    { ...CHECKPOINT, status: 'x' },
    'status must be one of inactive, warning, active (got "x")',
  ],
  [
    'no time of its status',
    { ...CHECKPOINT, statusSinceMs: 'x' },
    'statusSinceMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  ['no recovery', { ...CHECKPOINT, recovery: 1 }, 'recovery must be an object (got 1)'],
  [
    'a recovery of no duration',
    { ...CHECKPOINT, recovery: { ...CHECKPOINT.recovery, recoveryTimeMs: 'x' } },
    'recovery.recoveryTimeMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  [
    'a recovery of no time',
    { ...CHECKPOINT, recovery: { ...CHECKPOINT.recovery, atMs: 'x' } },
    'recovery.atMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
])('refuses a checkpoint with %s', (_, value, problem) => {
  expect(problemOf(readCheckpoint(value))).toBe(problem);
});

it('nonsense never throws', () => {
  const broken = <Value extends object>(good: Value) =>
    fc
      .tuple(fc.constantFrom(...Object.keys(good)), fc.anything())
      .map(([field, value]) => Object.assign(structuredClone(good), { [field]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), broken(ENTRY), broken(CHECKPOINT)), (value) => {
      for (const result of [readHistoryEntry(value), readCheckpoint(value)]) {
        expect(result.ok || result.problem.length < 400).toBe(true);
      }
    }),
  );
});
