import { anEntry } from './history.fixtures.js';
import { readCheckpoint } from './history-checkpoint.js';
import type { HistoryEntryType } from './overload.events.js';
import { OverloadHistory } from './overload-history.js';

const at = (sequence: number, stream = 'x') => ({ stream, sequence });
const idsOf = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);

/** A history of subject `s` with one entry per type, a second apart, as a stream tells it. */
function aHistory(...types: readonly HistoryEntryType[]): OverloadHistory {
  const history = new OverloadHistory();
  types.forEach((type, index) => {
    history.apply(anEntry(type, { id: `e${index}`, atMs: index * 1_000 }), at(index + 1));
  });
  return history;
}

it('is whole again from a checkpoint and the stream, nothing counted twice', () => {
  const before = aHistory('backpressure_active', 'recovery');
  const checkpoint = before.checkpoint('s');
  if (checkpoint === undefined) throw new Error('no checkpoint');
  const after = new OverloadHistory();

  expect(after.restore(checkpoint)).toBe(true);
  expect(after.lastStatus('s')).toEqual({ status: 'inactive', sinceMs: 1_000 });
  expect(after.recovery('s')).toMatchObject({ recovered: true, recoveryTimeMs: 900 });
  expect(after.aggregates('s', 5_000)).toMatchObject({
    '1h': { total_events: 0 },
    total: { total_events: 2, last_event_time: 1_000 },
  });
  before
    .entries('s')
    .toReversed()
    .forEach((entry, index) => after.apply(entry, at(index + 1)));
  after.apply(anEntry('backpressure_warning', { id: 'e2', atMs: 2_000 }), at(3));
  expect(idsOf(after.entries('s'))).toEqual(['e2', 'e1', 'e0']);
  expect(after.lastStatus('s')).toEqual({ status: 'warning', sinceMs: 2_000 });
  expect(after.aggregates('s', 5_000)).toMatchObject({
    '1h': { total_events: 3 },
    total: { total_events: 3, active_events: 1, warning_events: 1, recovery_events: 1 },
  });
});

it('counts everything in a stream that was made anew', () => {
  const checkpoint = aHistory('backpressure_active', 'recovery').checkpoint('s');
  const history = new OverloadHistory();
  if (checkpoint !== undefined) history.restore(checkpoint);

  history.apply(anEntry('backpressure_active', { id: 'new', atMs: 9 }), at(1, 'y'));

  expect(history.aggregates('s', 0).total.total_events).toBe(3);
  expect(history.lastStatus('s')).toEqual({ status: 'active', sinceMs: 9 });
  expect(history.checkpoint('s')?.position).toEqual(at(1, 'y'));
});

it('leaves a checkpoint out that comes after the first entry, or for which there is no room', () => {
  const checkpoint = aHistory('backpressure_active').checkpoint('s');
  if (checkpoint === undefined) throw new Error('no checkpoint');
  const started = aHistory('backpressure_active', 'recovery');
  const full = new OverloadHistory({ maxSubjects: 0 });

  expect(started.restore(checkpoint)).toBe(false);
  expect(started.lastStatus('s')?.status).toBe('inactive');
  expect(full.restore(checkpoint)).toBe(false);
});

it('leaves entries that the stream does not have yet out of a checkpoint', () => {
  const history = aHistory('backpressure_active', 'recovery', 'backpressure_warning');
  const own = anEntry('backpressure_active', { id: 'own', atMs: 9_000 });
  history.apply(own);
  history.apply(anEntry('recovery', { id: 'own2', atMs: 9_001 }));
  history.apply(anEntry('backpressure_warning', { id: 'own3', atMs: 9_002 }));

  expect(history.checkpoint('s')).toMatchObject({
    position: at(3),
    totals: { active: 1, warning: 1, recovery: 1 },
  });
  history.apply(own, at(4));
  expect(history.checkpoint('s')).toMatchObject({ position: at(4), totals: { active: 2 } });
});

it('has no checkpoint before the stream has told anything', () => {
  const history = new OverloadHistory();
  history.apply(anEntry('backpressure_active', { id: 'own' }));

  expect(history.checkpoint('s')).toBeUndefined();
});

it('has no checkpoint of a subject whose status nobody told', () => {
  expect(aHistory('shedding_started').checkpoint('s')).toBeUndefined();
});

it('writes checkpoints that JSON can hold', () => {
  for (const history of [aHistory('backpressure_active'), aHistory('recovery')]) {
    const checkpoint = history.checkpoint('s');
    const stored: unknown = JSON.parse(JSON.stringify(checkpoint));

    expect(readCheckpoint(stored)).toEqual({ ok: true, checkpoint });
  }
});
