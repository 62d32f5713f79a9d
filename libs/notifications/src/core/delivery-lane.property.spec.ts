import fc from 'fast-check';
import { DeliveryLane, type Parcel } from './delivery-lane.js';

interface Numbered extends Parcel<undefined> {
  readonly seq: number;
}

type Step =
  | { readonly do: 'put'; readonly subject: string; readonly ttlMs: number }
  | { readonly do: 'take'; readonly fails: boolean }
  | { readonly do: 'wait'; readonly ms: number };

const MAX_SUBJECTS = 3;

describe('What waits for an endpoint', () => {
  it('is accounted for: each one is taken, superseded, crowded out, expired or still there', () => {
    fc.assert(
      fc.property(aHistory(), (history) => {
        const { put, gone, left } = run(history);

        expect([...gone, ...left].toSorted(byNumber)).toEqual(put);
      }),
    );
  });

  it('is the newest of its subject whenever it is taken', () => {
    fc.assert(
      fc.property(aHistory(), (history) => run(history).taken.every(({ isNewest }) => isNewest)),
    );
  });

  it('is never taken when it is too old', () => {
    fc.assert(
      fc.property(aHistory(), (history) =>
        run(history).taken.every(({ ageMs, ttlMs }) => ageMs < ttlMs),
      ),
    );
  });

  it('never holds more subjects than it may', () => {
    fc.assert(fc.property(aHistory(), (history) => run(history).left.length <= MAX_SUBJECTS + 1));
  });

  it('comes out in the order in which its subjects came', () => {
    const lane = aLane();
    for (const [seq, subject] of ['a', 'b', 'a', 'c'].entries()) lane.put(aParcel(subject, seq));

    expect([take(lane), take(lane), take(lane), take(lane)]).toEqual([2, 1, 3, undefined]);
  });

  it('makes room for a subject that is new, at the cost of the one that waits longest', () => {
    const lane = aLane();
    const crowded = ['a', 'b', 'c', 'b', 'd'].map(
      (subject, seq) => lane.put(aParcel(subject, seq)).crowded?.seq,
    );

    expect(crowded).toEqual([undefined, undefined, undefined, undefined, 0]);
    expect([take(lane), take(lane), take(lane), take(lane)]).toEqual([3, 2, 4, undefined]);
  });

  it('is too old once it has waited as long as it is worth something, and not before', () => {
    const lane = aLane();
    lane.put({ ...aParcel('a', 0), handedOverMs: 5000 });
    lane.put({ ...aParcel('b', 1), handedOverMs: 5001 });

    const { next, expired } = lane.take(6000);

    expect([next?.seq, ...expired.map(({ seq }) => seq)]).toEqual([1, 0]);
  });

  it('can be asked for', () => {
    const lane = aLane();
    expect([lane.isEmpty, lane.hasNewer('a')]).toEqual([true, false]);

    lane.put(aParcel('a', 0));
    expect([lane.isEmpty, lane.hasNewer('a'), lane.hasNewer('b')]).toEqual([false, true, false]);

    lane.take(0);
    lane.putBack(aParcel('a', 0));
    expect([lane.isEmpty, lane.hasNewer('a')]).toEqual([false, false]);
  });

  it('is tried again before all others', () => {
    const lane = aLane();
    lane.put(aParcel('b', 1));
    lane.putBack(aParcel('a', 0));

    expect([take(lane), take(lane)]).toEqual([0, 1]);
  });

  it('gives way to a newer one of its subject while it waits for another attempt', () => {
    const lane = aLane();
    lane.putBack(aParcel('a', 0));

    expect(lane.put(aParcel('a', 1)).superseded?.seq).toBe(0);
    expect([take(lane), take(lane)]).toEqual([1, undefined]);
  });
});

/** Does as the courier does, and writes down what happens. */
function run(history: readonly Step[]) {
  const lane = aLane();
  const newest = new Map<string, number>();
  const put: number[] = [];
  const gone: number[] = [];
  const taken: { isNewest: boolean; ageMs: number; ttlMs: number }[] = [];
  let nowMs = 0;
  for (const step of history) {
    if (step.do === 'wait') nowMs += step.ms;
    else if (step.do === 'put') {
      const item = { ...aParcel(step.subject, put.length), handedOverMs: nowMs, ttlMs: step.ttlMs };
      put.push(item.seq);
      newest.set(item.subject, item.seq);
      gone.push(...Object.values(lane.put(item)).map(({ seq }) => seq));
    } else {
      const { next, expired } = lane.take(nowMs);
      gone.push(...expired.map(({ seq }) => seq));
      if (next === undefined) continue;
      const isNewest = newest.get(next.subject) === next.seq;
      taken.push({ isNewest, ageMs: nowMs - next.handedOverMs, ttlMs: next.ttlMs });
      if (step.fails) lane.putBack(next);
      else gone.push(next.seq);
    }
  }
  const { expired: left } = lane.take(Number.POSITIVE_INFINITY);
  return { put, gone, taken, left: left.map(({ seq }) => seq) };
}

function take(lane: DeliveryLane<Numbered>): number | undefined {
  return lane.take(0).next?.seq;
}

function aLane(): DeliveryLane<Numbered> {
  return new DeliveryLane<Numbered>(MAX_SUBJECTS);
}

function aParcel(subject: string, seq: number): Numbered {
  return { subject, seq, letter: undefined, handedOverMs: 0, ttlMs: 1000, attempts: 0 };
}

function aHistory(): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('put' as const),
      subject: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      ttlMs: fc.integer({ min: 1, max: 20 }),
    }),
    fc.record({ do: fc.constant('take' as const), fails: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 15 }) }),
  );
  return fc.array(step, { maxLength: 60 });
}

function byNumber(a: number, b: number): number {
  return a - b;
}
