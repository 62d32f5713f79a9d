import { anEntry } from './history.fixtures.js';
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

it('knows nothing of a subject to which nothing happened', () => {
  const history = new OverloadHistory();

  expect(history.subjects()).toEqual([]);
  expect(history.entries('s')).toEqual([]);
  expect(history.statusHistory('s')).toEqual([]);
  expect(history.lastStatus('s')).toBeUndefined();
  expect(history.checkpoint('s')).toBeUndefined();
  expect(history.recovery('s')).toEqual({
    recovered: false,
    recoveryTimeMs: undefined,
    atMs: undefined,
  });
  expect(history.aggregates('s', 0).total).toEqual({
    subject: 's',
    total_events: 0,
    active_events: 0,
    warning_events: 0,
    recovery_events: 0,
    last_event_time: null,
  });
});

it('shows the newest entries first, no more than asked for', () => {
  const history = aHistory('backpressure_warning', 'backpressure_active', 'recovery');

  expect(idsOf(history.entries('s'))).toEqual(['e2', 'e1', 'e0']);
  expect(idsOf(history.entries('s', { limit: 1 }))).toEqual(['e2']);
  expect(idsOf(history.entries('s', { sinceMs: 1_000 }))).toEqual(['e2', 'e1']);
  expect(history.entries('s', { limit: -1 })).toEqual([]);
  expect(history.entries('other')).toEqual([]);
});

it('shows a hundred unless told otherwise', () => {
  const history = new OverloadHistory();
  for (let index = 0; index < 101; index += 1) {
    history.apply(anEntry('backpressure_active', { id: `e${index}` }));
  }

  expect(history.entries('s')).toHaveLength(100);
  expect(history.statusHistory('s')).toHaveLength(100);
});

it('shows the entries of all subjects in one line of time', () => {
  const history = new OverloadHistory();
  history.apply(anEntry('backpressure_active', { id: 'a1', subject: 'a', atMs: 1 }));
  history.apply(anEntry('backpressure_active', { id: 'a3', subject: 'a', atMs: 3 }));
  history.apply(anEntry('backpressure_active', { id: 'b2', subject: 'b', atMs: 2 }));

  expect(idsOf(history.entries(undefined))).toEqual(['a3', 'b2', 'a1']);
  expect(history.subjects()).toEqual(['a', 'b']);
});

it('shows the later entry of one moment first', () => {
  const history = new OverloadHistory();
  const change = { from: 'active', to: 'warning', atMs: 1 } as const;
  history.apply(anEntry('recovery', { ...change, id: 'e1' }));
  history.apply(anEntry('backpressure_warning', { ...change, id: 'e2' }));

  expect(idsOf(history.entries('s'))).toEqual(['e2', 'e1']);
});

it('takes an entry that comes again for known', () => {
  const history = new OverloadHistory();
  const entry = anEntry('backpressure_active', { id: 'e' });

  expect(history.apply(entry)).toBe('added');
  expect(history.apply(entry)).toBe('known');
  expect(history.apply(entry, at(1))).toBe('known');
  expect(history.apply(entry, at(2))).toBe('known');
  expect(history.size).toBe(1);
  expect(history.aggregates('s', 0).total.total_events).toBe(1);
});

it('tells of one change of status once', () => {
  const history = new OverloadHistory();
  const change = { from: 'active', to: 'warning' } as const;
  history.apply(anEntry('backpressure_active', { id: 'e0', atMs: 0 }));
  history.apply(anEntry('recovery', { ...change, id: 'e1', atMs: 1 }));
  history.apply(anEntry('backpressure_warning', { ...change, id: 'e2', atMs: 1 }));
  history.apply(anEntry('shedding_started', { id: 'e3', atMs: 2 }));
  history.apply(anEntry('recovery', { id: 'e4', atMs: 3, from: 'warning' }));
  history.apply(anEntry('shedding_stopped', { id: 'e5', atMs: 4 }));
  history.apply(anEntry('backpressure_active', { id: 'e6', atMs: 5, from: 'active' }));

  expect(idsOf(history.statusHistory('s'))).toEqual(['e4', 'e2', 'e0']);
  expect(idsOf(history.statusHistory('s', { limit: 2 }))).toEqual(['e4', 'e2']);
  expect(idsOf(history.statusHistory('s', { sinceMs: 2 }))).toEqual(['e4']);
  expect(history.statusHistory('s', { limit: -1 })).toEqual([]);
});

it('remembers the last status, whatever admission does in between', () => {
  const history = aHistory('backpressure_active', 'shedding_started', 'shedding_stopped');

  expect(history.lastStatus('s')).toEqual({ status: 'active', sinceMs: 0 });
});

it('remembers a recovery until the next activation', () => {
  expect(aHistory('backpressure_active', 'recovery').recovery('s')).toEqual({
    recovered: true,
    recoveryTimeMs: 900,
    atMs: 1_000,
  });
  const warned = aHistory('backpressure_active', 'recovery', 'backpressure_warning');
  expect(warned.recovery('s').recovered).toBe(true);
  const again = aHistory('backpressure_active', 'recovery', 'backpressure_active');
  expect(again.recovery('s')).toEqual({
    recovered: false,
    recoveryTimeMs: undefined,
    atMs: undefined,
  });
});

it('takes nothing but a recovery for one', () => {
  const history = aHistory('backpressure_warning', 'shedding_started', 'shedding_stopped');

  expect(history.recovery('s').recovered).toBe(false);
});

it('takes a recovery without a time for an instant one', () => {
  const history = new OverloadHistory();
  const { recoveryTimeMs: _, ...entry } = anEntry('recovery', { id: 'e' });
  history.apply(entry);

  expect(history.recovery('s').recoveryTimeMs).toBe(0);
});

it('counts events per window, and those of the contract only', () => {
  const history = new OverloadHistory();
  const types = [
    'backpressure_active',
    'recovery',
    'backpressure_warning',
    'shedding_started',
    'shedding_stopped',
  ] as const;
  const ages = [0, 59_999, 60_000, 299_999, 300_000, 3_599_999, 3_600_000];
  const nowMs = 10_000_000;
  for (const age of ages) {
    for (const type of types) {
      history.apply(anEntry(type, { id: `${type}-${age}`, atMs: nowMs - age }));
    }
  }
  const counted = (n: number) => ({
    subject: 's',
    total_events: 3 * n,
    active_events: n,
    warning_events: n,
    recovery_events: n,
    last_event_time: nowMs,
  });

  expect(history.aggregates('s', nowMs)).toEqual({
    '1m': counted(2),
    '5m': counted(4),
    '1h': counted(6),
    total: counted(7),
  });
});

it('tells the latest time of events that came in disorder', () => {
  const history = new OverloadHistory();
  history.apply(anEntry('backpressure_active', { id: 'a', atMs: 50 }));
  history.apply(anEntry('recovery', { id: 'b', atMs: 40 }));

  expect(history.aggregates('s', 50).total.last_event_time).toBe(50);
});

it('does not take the time of an event that it does not count', () => {
  const history = aHistory('backpressure_active', 'shedding_started');

  expect(history.aggregates('s', 0).total.last_event_time).toBe(0);
});

it('counts an event of a clock that is ahead', () => {
  const history = aHistory('backpressure_active');

  expect(history.aggregates('s', -1_000_000)['1m'].total_events).toBe(1);
});

it('forgets the oldest entry of the busiest subject, and keeps its totals', () => {
  const history = new OverloadHistory({ maxEntries: 3 });
  history.apply(anEntry('backpressure_active', { id: 'quiet', subject: 'quiet' }));
  for (let index = 0; index < 5; index += 1) {
    history.apply(anEntry('backpressure_active', { id: `e${index}`, atMs: index }));
  }

  expect(history.size).toBe(3);
  expect(idsOf(history.entries('s'))).toEqual(['e4', 'e3']);
  expect(idsOf(history.entries('quiet'))).toEqual(['quiet']);
  expect(history.aggregates('s', 0).total.active_events).toBe(5);
});

it('keeps 10 000 entries of 256 subjects unless told otherwise', () => {
  const history = new OverloadHistory();
  for (let index = 0; index < 10_300; index += 1) {
    const subject = `s${index % 300}`;
    history.apply(anEntry('backpressure_active', { id: `e${index}`, subject }));
  }

  expect(history.subjects()).toHaveLength(256);
  expect(history.size).toBeLessThanOrEqual(10_000);
});

it('refuses a subject for which there is no room', () => {
  const history = new OverloadHistory({ maxSubjects: 1 });
  history.apply(anEntry('backpressure_active', { id: 'a' }));

  expect(history.apply(anEntry('backpressure_active', { id: 'b', subject: 'b' }))).toBe('refused');
  expect(history.apply(anEntry('recovery', { id: 'c' }))).toBe('added');
});
