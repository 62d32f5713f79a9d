import { eventually } from '@beamline/testing';
import { Outbox, type OutboxOptions, type Sending } from './outbox.js';

it('sends in order, one after the other', async () => {
  const { outbox, sent } = anOutbox();
  for (const item of ['a', 'b', 'c']) outbox.add(item);

  await eventually(() => outbox.waiting === 0);
  expect(sent).toEqual(['a', 'b', 'c']);
});

it('sends what comes at the very moment it has nothing left to do', async () => {
  const { outbox, sent } = anOutbox();
  outbox.add('a');
  while (outbox.waiting > 0) await Promise.resolve();

  outbox.add('b');

  await eventually(() => expect(sent).toEqual(['a', 'b']));
});

it('keeps what cannot be sent now, however long, and loses none of it', async () => {
  let answer: Sending = 'away';
  const { outbox, sent, lost, tries } = anOutbox({ maxTries: 2, answer: () => answer });
  for (const item of ['a', 'b']) outbox.add(item);
  await eventually(() => tries() > 10);
  expect(outbox.waiting).toBe(2);

  answer = 'sent';

  await eventually(() => outbox.waiting === 0);
  expect(sent).toEqual(['a', 'b']);
  expect(lost()).toBe(0);
});

it('gives up an item that is refused again and again, and goes on with the next', async () => {
  const { outbox, sent, lost, tries } = anOutbox({
    maxTries: 3,
    answer: (item) => (item === 'bad' ? 'failed' : 'sent'),
  });
  for (const item of ['bad', 'good']) outbox.add(item);

  await eventually(() => outbox.waiting === 0);
  expect(sent).toEqual(['good']);
  expect(lost()).toBe(1);
  expect(tries()).toBe(4);
});

it('gives up the oldest at its bound', async () => {
  let answer: Sending = 'away';
  const { outbox, sent, lost, tries } = anOutbox({ capacity: 2, answer: () => answer });
  outbox.add('in hand');
  await eventually(() => tries() > 0);
  for (const item of ['a', 'b', 'c', 'd']) outbox.add(item);
  expect(lost()).toBe(2);

  answer = 'sent';

  await eventually(() => outbox.waiting === 0);
  expect(sent).toEqual(['in hand', 'c', 'd']);
});

it('sends what waits when it is stopped', async () => {
  const { outbox, sent, lost } = anOutbox();
  for (const item of ['a', 'b', 'c']) outbox.add(item);

  await outbox.stop(1_000);

  expect(sent).toEqual(['a', 'b', 'c']);
  expect(lost()).toBe(0);
});

it('does not wait longer than it may when it is stopped, and counts what is left as lost', async () => {
  const { outbox, lost } = anOutbox({ answer: () => 'away' });
  for (const item of ['a', 'b', 'c']) outbox.add(item);

  await outbox.stop(20);
  outbox.add('too late');

  expect(outbox.waiting).toBe(0);
  expect(lost()).toBe(4);
});

it('does not wait for a try under way that takes too long', async () => {
  let lost = 0;
  const outbox = new Outbox<string>({
    capacity: 1,
    send: () => new Promise(() => undefined),
    onLost: (count) => {
      lost += count;
    },
  });
  outbox.add('a');

  await outbox.stop(10);

  expect(lost).toBe(1);
});

it('takes a throw for a refusal', async () => {
  let lost = 0;
  const outbox = new Outbox<string>({
    capacity: 1,
    maxTries: 2,
    retryMs: 1,
    send: () => Promise.reject(new Error('too long')),
    onLost: (count) => {
      lost += count;
    },
  });
  outbox.add('a');

  await eventually(() => lost === 1);
  expect(outbox.waiting).toBe(0);
});

interface Wanted extends Partial<Pick<OutboxOptions<string>, 'capacity' | 'maxTries'>> {
  readonly answer?: (item: string) => Sending;
}

function anOutbox({ answer = () => 'sent', ...options }: Wanted = {}) {
  const sent: string[] = [];
  let lost = 0;
  let tries = 0;
  const outbox = new Outbox<string>({
    capacity: 100,
    retryMs: 1,
    ...options,
    send: (item) => {
      tries += 1;
      const sending = answer(item);
      if (sending === 'sent') sent.push(item);
      return Promise.resolve(sending);
    },
    onLost: (count) => {
      lost += count;
    },
  });
  return { outbox, sent, lost: () => lost, tries: () => tries };
}
