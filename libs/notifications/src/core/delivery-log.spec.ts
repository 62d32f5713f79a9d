import fc from 'fast-check';
import { type Delivery, DeliveryLog } from './delivery-log.js';

it('tells of the newest delivery first', () => {
  const log = new DeliveryLog();

  log.add('one', aDelivery({ seq: 1 }));
  log.add('one', aDelivery({ seq: 2 }));

  expect(log.of('one').map(({ seq }) => seq)).toEqual([2, 1]);
});

it('keeps the last twenty of an endpoint unless told otherwise', () => {
  const log = new DeliveryLog();

  for (let seq = 1; seq <= 25; seq += 1) log.add('one', aDelivery({ seq }));

  expect(log.of('one').map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => 25 - n));
});

it('keeps endpoints apart', () => {
  const log = new DeliveryLog();
  log.add('one', aDelivery({ seq: 1 }));
  log.add('two', aDelivery({ seq: 2 }));

  log.forget('one');

  expect(log.of('one')).toEqual([]);
  expect(log.of('two')).toHaveLength(1);
});

it('forgets the endpoint that was quiet for longest when there are too many', () => {
  const log = new DeliveryLog({ endpoints: 2 });
  log.add('one', aDelivery());
  log.add('two', aDelivery());
  log.add('one', aDelivery());

  log.add('three', aDelivery());

  expect(['one', 'two', 'three'].map((id) => log.of(id).length)).toEqual([2, 0, 1]);
});

it('never holds more than its bounds, and always what came last', () => {
  const aHistory = fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { minLength: 1 });
  fc.assert(
    fc.property(aHistory, (history) => {
      const log = new DeliveryLog({ perEndpoint: 3, endpoints: 2 });
      for (const [seq, id] of history.entries()) log.add(id, aDelivery({ seq }));

      const held = ['one', 'two', 'three', 'four'].map((id) => log.of(id).length);

      expect(held.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
      expect(Math.max(...held)).toBeLessThanOrEqual(3);
      expect(log.of(history.at(-1) ?? '')[0]?.seq).toBe(history.length - 1);
    }),
  );
});

function aDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    atMs: 1,
    subject: 'work.do',
    status: 'active',
    epoch: 1,
    seq: 1,
    outcome: 'delivered',
    httpStatus: 204,
    failure: undefined,
    detail: '',
    attempts: 1,
    durationMs: 5,
    ...changes,
  };
}
