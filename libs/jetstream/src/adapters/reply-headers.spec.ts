import { startTestNats, type TestNats } from '@beamline/testing';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import fc from 'fast-check';
import { replyHeaders } from './reply-headers.js';

let nats: TestNats;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

/** What arrives when these headers are sent. */
async function received(record: Record<string, string>): Promise<Record<string, string>> {
  const arrival = new Promise<Msg>((resolve) => {
    connection.subscribe('to', { max: 1, callback: (_error, message) => resolve(message) });
  });
  connection.publish('to', 'body', { headers: replyHeaders(record) });
  const message = await arrival;
  expect(message.string()).toBe('body');
  return Object.fromEntries([...message.headers!].map(([name, values]) => [name, values.join()]));
}

it('arrives as it was sent', async () => {
  const record = { 'Retry-After-Ms': '1500', trace_id: 't: 1', note: 'ja, für später' };

  expect(await received(record)).toEqual(record);
});

it('breaks no line', async () => {
  expect(await received({ why: 'one\r\nInjected: two' })).toEqual({ why: 'one Injected: two' });
});

it.each(['two words', 'colon:', 'line\nbreak'])('refuses a name like %j', (name) => {
  expect(() => replyHeaders({ [name]: 'value' })).toThrow('header');
});

it('writes what the driver would write', () => {
  const aName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
  const aValue = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll(/[\r\n]+/g, ' '));
  fc.assert(
    fc.property(fc.dictionary(aName, aValue, { minKeys: 1 }), (record) => {
      const driver = headers();
      for (const [name, value] of Object.entries(record)) driver.append(name, value);

      expect(text(replyHeaders(record))).toBe(text(driver));
    }),
  );
});

function text(given: any): string {
  return Buffer.from(given.encode()).toString();
}
