import fc from 'fast-check';
import { anEntry } from './history.fixtures.js';
import type { HistoryEntryType } from './overload.events.js';
import { OverloadHistory } from './overload-history.js';

const at = (sequence: number, stream = 'x') => ({ stream, sequence });

it('however often the stream tells what it has, and wherever a restart falls, the totals are the same', () => {
  const types = fc.constantFrom<HistoryEntryType>(
    'backpressure_active',
    'backpressure_warning',
    'recovery',
    'shedding_started',
  );
  fc.assert(
    fc.property(fc.array(types, { maxLength: 30 }), fc.nat(30), fc.nat(30), (story, stop, back) => {
      const entries = story.map((type, index) => anEntry(type, { id: `e${index}`, atMs: index }));
      const whole = new OverloadHistory();
      entries.forEach((entry, index) => whole.apply(entry, at(index + 1)));

      const first = new OverloadHistory();
      entries.slice(0, stop).forEach((entry, index) => first.apply(entry, at(index + 1)));
      const checkpoint = first.checkpoint('s');
      const second = new OverloadHistory();
      // Without a checkpoint the stream is read from its beginning, with one from anywhere before it.
      if (checkpoint !== undefined) second.restore(checkpoint);
      const from =
        checkpoint === undefined ? 0 : Math.max(0, Math.min(stop, entries.length) - back);
      entries.slice(from).forEach((entry, index) => second.apply(entry, at(from + index + 1)));

      expect(second.aggregates('s', 0).total).toEqual(whole.aggregates('s', 0).total);
      expect(second.lastStatus('s')).toEqual(whole.lastStatus('s'));
      expect(second.recovery('s')).toEqual(whole.recovery('s'));
    }),
  );
});

it('never keeps more than it may', () => {
  const steps = fc.array(fc.tuple(fc.nat(6), fc.nat(200)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (story, maxEntries) => {
      const history = new OverloadHistory({ maxEntries, maxSubjects: 4 });
      for (const [subject, id] of story) {
        history.apply(anEntry('backpressure_active', { id: `${id}`, subject: `s${subject}` }));
      }

      expect(history.size).toBeLessThanOrEqual(maxEntries);
      expect(history.entries(undefined, { limit: 1e6 })).toHaveLength(history.size);
      expect(history.subjects().length).toBeLessThanOrEqual(4);
    }),
  );
});
