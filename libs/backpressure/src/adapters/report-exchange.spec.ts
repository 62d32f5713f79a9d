import {
  eventually,
  FakeClock,
  NatsParts,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OverloadEvent, ReplicaReport, SubjectReport } from '../core/index.js';
import { MAX_REPORT_BYTES } from '../core/read-report.js';
import { ReportExchange, type ReportExchangeOptions } from './report-exchange.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('tells others what a replica says of itself', async () => {
  const subject = parts.name('reports');
  const one = await anExchange({ subject, replicaId: 'one', compose: () => [aReport()] });
  const other = await anExchange({ subject, replicaId: 'other' });

  one.exchange.reportSoon();

  await eventually(() => other.heard.length === 1);
  expect(other.heard[0]).toEqual({
    version: 1,
    replica: 'one',
    epoch: 1,
    seq: 1,
    atMs: 1_700_000_000_000,
    subjects: [aReport()],
  });
});

it('reports by itself, again and again, with rising numbers', async () => {
  const { sent } = await anExchange({ everyMs: 10, compose: () => [] });

  await eventually(() => sent.length >= 3);
  expect(sent.slice(0, 3).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

it('says nothing as long as it has nothing to say', async () => {
  const { sent, asked } = await anExchange({ everyMs: 5, compose: () => undefined });

  await eventually(() => asked() >= 3);
  expect(sent).toEqual([]);
});

it('makes one report of many changes that come together', async () => {
  const { exchange, sent } = await anExchange({ compose: () => [], notBeforeMs: 20 });

  for (let n = 0; n < 100; n += 1) exchange.reportSoon();
  await eventually(() => sent.length === 1);
  for (let n = 0; n < 100; n += 1) exchange.reportSoon();

  await eventually(() => sent.length === 2);
});

it('keeps the least distance between two reports', async () => {
  const { exchange, sent } = await anExchange({ compose: () => [], notBeforeMs: 60_000 });
  exchange.reportSoon();
  await eventually(() => sent.length === 1);

  exchange.reportSoon();
  await sleep(30);

  expect(sent).toHaveLength(1);
});

it('does not take what it said itself for somebody else', async () => {
  const subject = parts.name('reports');
  const { exchange, heard, sent } = await anExchange({ subject, compose: () => [] });
  const other = await anExchange({ subject, replicaId: 'other' });

  exchange.reportSoon();

  await eventually(() => other.heard.length === 1);
  expect(sent).toHaveLength(1);
  expect(heard).toEqual([]);
});

it('tells of another replica that uses its id', async () => {
  const subject = parts.name('reports');
  const { heard } = await anExchange({ subject, replicaId: 'one', epoch: 1 });
  const twin = await anExchange({ subject, replicaId: 'one', epoch: 2, compose: () => [] });

  twin.exchange.reportSoon();

  await eventually(() => heard.length === 1);
  expect(heard[0]).toMatchObject({ replica: 'one', epoch: 2 });
});

it.each<[string, Uint8Array | string, string, string]>([
  ['nothing', '', '', 'it is not JSON in UTF-8 (0 bytes)'],
  ['no JSON', '{"replica":', '', 'it is not JSON in UTF-8 (11 bytes)'],
  ['no UTF-8', Buffer.from([0xff]), '', 'it is not JSON in UTF-8 (1 bytes)'],
  [
    'an endless text',
    'x'.repeat(MAX_REPORT_BYTES + 1),
    '',
    'it has 262145 bytes, and 262144 are allowed',
  ],
  ['a list', '[]', '', 'report'],
  ['another version', json({ version: 2 }), 'other', 'version'],
  ['a count below 0', json({ subjects: [aReport({ inflight: -1 })] }), 'other', 'inflight'],
  [
    'a count that is no number',
    json({ subjects: [{ ...aReport(), waiting: 'x' }] }),
    'other',
    'waiting',
  ],
  ['a name without end', json({ replica: 'r'.repeat(5_000) }), 'r'.repeat(64), 'replica'],
])('refuses %s, and goes on', async (_what, payload, replica, problem) => {
  const subject = parts.name('reports');
  const { heard, observed } = await anExchange({ subject });
  const connection = await parts.connection();

  connection.publish(subject, payload);
  connection.publish(subject, json({}));

  await eventually(() => heard.length === 1);
  expect(observed.events).toEqual([
    { type: 'report-refused', replica, problem: expect.stringContaining(problem) },
  ]);
});

it('tells of a flood of garbage ten times a second at most, and still hears what is good', async () => {
  const subject = parts.name('reports');
  const { heard, observed, clock } = await anExchange({ subject });
  const connection = await parts.connection();

  for (let n = 0; n < 5_000; n += 1) connection.publish(subject, 'garbage');
  connection.publish(subject, json({}));
  await eventually(() => heard.length === 1);
  expect(observed.events).toHaveLength(10);

  clock.advance(1_000);
  connection.publish(subject, 'garbage');
  await eventually(() => observed.events.length === 11);
});

it('reads 16 MiB a second at most', async () => {
  const subject = parts.name('reports');
  const { heard, observed, clock } = await anExchange({ subject });
  const connection = await parts.connection();
  const big = json({ noise: 'x'.repeat(250_000) });

  for (let n = 0; n < 100; n += 1) connection.publish(subject, big);
  await eventually(() => observed.events.length > 0);
  expect(observed.events[0]).toMatchObject({ problem: expect.stringContaining('16777216 bytes') });
  expect(heard.length).toBeLessThan(100);

  const before = heard.length;
  clock.advance(1_000);
  connection.publish(subject, json({}));
  await eventually(() => heard.length > before);
});

it('fits its report into what the server takes', async () => {
  const server = await startTestNats({ config: ['max_payload: 2048'] });
  const subject = parts.name('reports');
  const many = Array.from({ length: 100 }, (_, n) => aReport({ subject: `work-${n}` }));
  const one = await anExchange({ subject, compose: () => many }, server.url);
  const other = await anExchange({ subject, replicaId: 'other' }, server.url);

  one.exchange.reportSoon();

  await eventually(() => other.heard.length === 1);
  expect(other.heard[0]?.subjects.length).toBeGreaterThan(1);
  await parts.end();
  await server.stop();
});

it('goes on after its server was gone', async () => {
  const server = await startTestNats();
  const subject = parts.name('reports');
  const one = await anExchange({ subject, everyMs: 10, compose: () => [] }, server.url);
  const other = await anExchange({ subject, replicaId: 'other' }, server.url);
  await eventually(() => other.heard.length > 0);

  await server.kill();
  await eventually(() => !one.link.isConnected && !other.link.isConnected);
  const sent = one.sent.length;
  const before = other.heard.length;
  await sleep(50);
  expect(one.sent).toHaveLength(sent);
  await server.restart();

  await eventually(() => other.heard.length > before + 2);
  const numbers = other.heard.map(({ seq }) => seq);
  expect(new Set(numbers).size).toBe(numbers.length);
  await parts.end();
  await server.stop();
});

it('neither hears nor says anything once it is stopped', async () => {
  const subject = parts.name('reports');
  const { exchange, heard, sent } = await anExchange({ subject, everyMs: 5, compose: () => [] });
  const other = await anExchange({ subject, replicaId: 'other', compose: () => [] });
  await eventually(() => other.heard.length > 0);

  exchange.stop();
  exchange.reportSoon();
  const said = sent.length;
  other.exchange.reportSoon();
  await eventually(() => other.sent.length === 1);
  await (await parts.connection()).flush();

  expect(heard).toEqual([]);
  expect(sent).toHaveLength(said);
});

async function anExchange(options: Partial<ReportExchangeOptions> = {}, url: string = nats.url) {
  const link = parts.link(url);
  const connection = await link.ready;
  const heard: ReplicaReport[] = [];
  const sent: ReplicaReport[] = [];
  const observed = recorder<OverloadEvent>();
  const clock = new FakeClock();
  let asked = 0;
  const { compose = () => undefined, ...others } = options;
  const exchange = new ReportExchange(
    {
      replicaId: 'self',
      epoch: 1,
      everyMs: 60_000,
      onReport: (report) => void heard.push(report),
      onSent: (report) => void sent.push(report),
      clock,
      wall: new FakeClock(),
      observe: observed.observe,
      ...others,
      compose: () => {
        asked += 1;
        return compose();
      },
    },
    link,
  );
  parts.onEnd(() => exchange.stop());
  exchange.start();
  await connection.flush();
  return { exchange, heard, sent, observed, clock, link, asked: () => asked };
}

function aReport(changes: Partial<SubjectReport> = {}): SubjectReport {
  return {
    subject: 'work.do',
    inflight: 3,
    waiting: 0,
    latencies: [],
    deliveredPerSecond: 100,
    serviceMs: 5,
    queueMs: 0,
    predictedWaitMs: 0,
    offered: 100,
    refused: 0,
    effectiveStatus: 'inactive',
    takesPerSecond: 0,
    isRefusing: false,
    status: 'inactive',
    statusSinceMs: 0,
    ...changes,
  };
}

function json(changes: object): string {
  const report = { version: 1, replica: 'other', epoch: 1, seq: 1, atMs: 1, subjects: [] };
  return JSON.stringify({ ...report, ...changes });
}
