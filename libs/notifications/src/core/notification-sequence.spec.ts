import fc from 'fast-check';
import { NotificationSequence } from './notification-sequence.js';

it('takes the time for its epoch', () => {
  const sequence = new NotificationSequence();

  expect(sequence.lead(1_700_000_000_000.7)).toBe(1_700_000_000_000);
  expect(sequence.epoch).toBe(1_700_000_000_000);
});

it('takes an epoch above any that was heard, also when its own clock is late', () => {
  const sequence = new NotificationSequence();
  sequence.hear({ subject: 'a', epoch: 5_000, seq: 1 });
  sequence.hear({ subject: 'a', epoch: 4_000, seq: 1 });

  expect(sequence.lead(1_000)).toBe(5_001);
});

it('takes an epoch above its own last one when it leads again in the same millisecond', () => {
  const sequence = new NotificationSequence();
  sequence.lead(1_000);
  sequence.yield();

  expect(sequence.epoch).toBeUndefined();
  expect(sequence.lead(1_000)).toBe(1_001);
});

it('counts each subject from 1', () => {
  const sequence = new NotificationSequence();
  sequence.lead(1_000);

  const places = ['a', 'a', 'b', 'a'].map((subject) => sequence.next(subject));

  expect(places.map(({ seq }) => seq)).toEqual([1, 2, 1, 3]);
});

it('numbers nothing while it does not lead', () => {
  expect(() => new NotificationSequence().next('a')).toThrow('only a leader numbers notifications');
});

it.each`
  heard                                       | epoch          | because
  ${{ subject: 'a', epoch: 999, seq: 900 }}   | ${1_000}       | ${'an older epoch silences nobody'}
  ${{ subject: 'a', epoch: 1_000, seq: 2 }}   | ${1_000}       | ${'it hears itself'}
  ${{ subject: 'a', epoch: 1_000, seq: 3 }}   | ${1_001}       | ${'somebody else has taken the same epoch'}
  ${{ subject: 'b', epoch: 1_000, seq: 1 }}   | ${1_001}       | ${'somebody else counts a subject it has not told of'}
  ${{ subject: 'a', epoch: 1_005, seq: 1 }}   | ${1_006}       | ${'another leader is ahead'}
  ${{ subject: 'a', epoch: 2 ** 52, seq: 1 }} | ${2 ** 52 + 1} | ${'the greatest there may be is still one'}
  ${{ subject: 'a', epoch: 2 ** 53, seq: 1 }} | ${1_000}       | ${'nothing could be newer'}
`('leads on under $epoch: $because', ({ heard, epoch }) => {
  const sequence = new NotificationSequence();
  sequence.lead(1_000);
  sequence.next('a');
  sequence.next('a');

  sequence.hear(heard);

  expect(sequence.next('a')).toEqual({ epoch, seq: epoch === 1_000 ? 3 : 1 });
});

it('begins a new epoch when it has counted more subjects than it can remember', () => {
  const sequence = new NotificationSequence();
  sequence.lead(1_000);

  const places = Array.from({ length: 4_097 }, (_, n) => sequence.next(`subject-${n}`));

  expect(places[4_095]).toEqual({ epoch: 1_000, seq: 1 });
  expect(places[4_096]).toEqual({ epoch: 1_001, seq: 1 });
});

type Step = 'lead' | 'yield' | 'next' | { readonly hear: Place };

interface Place {
  readonly epoch: number;
  readonly seq: number;
}

const aHistory = fc.array(
  fc.oneof(
    fc.constantFrom<Step>('lead', 'yield', 'next', 'next'),
    fc.record({ hear: fc.record({ epoch: fc.nat(3_000), seq: fc.nat(20) }) }),
  ),
  { maxLength: 60 },
);

it('never gives a place that is not newer than all it gave and all it had heard', () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const sequence = new NotificationSequence();
      const known: Place[] = [];
      const given: (Place & { readonly isNewest: boolean })[] = [];

      for (const step of history) {
        const place = take(sequence, step);
        if (place === undefined) continue;
        const isNewest = known.every((other) => isNewer(place, other));
        if (step === 'next') given.push({ ...place, isNewest });
        known.push(place);
      }

      expect(given.filter(({ isNewest }) => !isNewest)).toEqual([]);
    }),
  );
});

it('leads after every history', () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const sequence = new NotificationSequence();
      for (const step of history) take(sequence, step);
      sequence.yield();

      sequence.lead(0);

      expect(sequence.next('a').seq).toBe(1);
    }),
  );
});

/** @returns What was given or heard. */
function take(sequence: NotificationSequence, step: Step): Place | undefined {
  if (typeof step === 'object') {
    sequence.hear({ subject: 'a', ...step.hear });
    return step.hear;
  }
  const isLeading = sequence.epoch !== undefined;
  if (step === 'yield') sequence.yield();
  if (step === 'lead' && !isLeading) sequence.lead(1_000);
  return step === 'next' && isLeading ? sequence.next('a') : undefined;
}

function isNewer(a: Place, b: Place): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
}
