import fc from 'fast-check';
import { readCheckpoint, type HistoryCheckpoint } from './history-checkpoint.js';

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

it('reads a stored checkpoint', () => {
  const fresh: HistoryCheckpoint = {
    ...CHECKPOINT,
    totals: { active: 0, warning: 0, recovery: 0, lastAtMs: undefined },
    recovery: { recovered: false, recoveryTimeMs: undefined, atMs: undefined },
  };

  expect(readCheckpoint(json(CHECKPOINT))).toEqual({ ok: true, checkpoint: CHECKPOINT });
  expect(readCheckpoint(json(fresh))).toEqual({ ok: true, checkpoint: fresh });
});

it('reads the name of a stream of 128 characters', () => {
  const position = { stream: 'x'.repeat(128), sequence: 1 };

  expect(readCheckpoint({ ...CHECKPOINT, position })).toMatchObject({ ok: true });
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
    'a stream without end',
    { ...CHECKPOINT, position: { stream: 'x'.repeat(129), sequence: 1 } },
    `position.stream must be a text of 1 to 128 characters (got "${'x'.repeat(64)}")`,
  ],
  [
    'a stream that is no text',
    { ...CHECKPOINT, position: { stream: 5, sequence: 1 } },
    'position.stream must be a text of 1 to 128 characters (got 5)',
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
  const broken = fc
    .tuple(fc.constantFrom(...Object.keys(CHECKPOINT)), fc.anything())
    .map(([field, value]) => Object.assign(structuredClone(CHECKPOINT), { [field]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), broken), (value) => {
      const result = readCheckpoint(value);

      expect(result.ok || result.problem.length < 400).toBe(true);
    }),
  );
});
