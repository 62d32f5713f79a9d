import type { StatusChange } from './cluster-status.js';
import { HistoryWriter } from './history-writer.js';
import type { OverloadStatus } from './overload-status.js';

const SIGNALS = { pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 0 };
const CAUSES = [{ signal: 'pendingMessages', value: 1_500, threshold: 1_000 }] as const;
const WHEN = { atMs: 1_700_000_000_000, retryAfterSeconds: 30 };

const writer = () => new HistoryWriter('r1', 42);
const change = (
  from: OverloadStatus,
  to: OverloadStatus,
  recoveryTimeMs?: number,
): StatusChange => ({
  from,
  to,
  signals: SIGNALS,
  causes: CAUSES,
  recoveryTimeMs,
});
const types = (from: OverloadStatus, to: OverloadStatus, recoveryTimeMs?: number) =>
  writer()
    .ofStatus('s', change(from, to, recoveryTimeMs), WHEN)
    .map((entry) => entry.type);

it.each([
  ['inactive', 'warning', undefined, ['backpressure_warning']],
  ['inactive', 'active', undefined, ['backpressure_active']],
  ['warning', 'active', undefined, ['backpressure_active']],
  ['active', 'warning', 900, ['recovery', 'backpressure_warning']],
  ['active', 'inactive', 900, ['recovery']],
  ['warning', 'inactive', 900, ['recovery']],
] as const)('tells of %s to %s', (from, to, recoveryTimeMs, expected) => {
  expect(types(from, to, recoveryTimeMs)).toEqual(expected);
});

it('tells what happened, why, and what callers were told', () => {
  expect(writer().ofStatus('s', change('inactive', 'active'), WHEN)).toEqual([
    {
      id: 'r1-42-1',
      type: 'backpressure_active',
      subject: 's',
      atMs: WHEN.atMs,
      from: 'inactive',
      to: 'active',
      signals: SIGNALS,
      causes: CAUSES,
      retryAfterSeconds: 30,
      replica: 'r1',
    },
  ]);
});

it('tells of a recovery how long it took, in whole milliseconds, and asks nobody to wait', () => {
  const [entry] = writer().ofStatus('s', change('active', 'inactive', 900.4), WHEN);

  expect(entry).toMatchObject({ type: 'recovery', recoveryTimeMs: 900, retryAfterSeconds: 0 });
});

it('never gives an id twice', () => {
  const one = writer();
  const ids = [
    ...one.ofStatus('s', change('active', 'warning', 1), WHEN),
    ...one.ofStatus('s', change('warning', 'active'), WHEN),
  ].map((entry) => entry.id);

  expect(new Set(ids).size).toBe(3);
});

it.each([
  ['inactive', 'warning', 'shedding_started'],
  ['inactive', 'active', 'shedding_started'],
  ['warning', 'inactive', 'shedding_stopped'],
  ['active', 'inactive', 'shedding_stopped'],
  ['warning', 'active', undefined],
  ['active', 'warning', undefined],
] as const)('tells of shedding from %s to %s: %s', (from, to, expected) => {
  const sheds = { from, to, signals: SIGNALS, causes: [] };

  expect(writer().ofShedding('s', sheds, 1)?.type).toBe(expected);
});

it('tells of shedding what was going on', () => {
  const sheds = { from: 'inactive', to: 'active', signals: SIGNALS, causes: CAUSES } as const;

  expect(writer().ofShedding('s', sheds, WHEN.atMs)).toEqual({
    id: 'r1-42-1',
    type: 'shedding_started',
    subject: 's',
    atMs: WHEN.atMs,
    ...sheds,
    retryAfterSeconds: 0,
    replica: 'r1',
  });
});
