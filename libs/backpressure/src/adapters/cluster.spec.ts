import { monotonicClock } from '@beamline/kernel';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { aSubjectReport } from '../core/report.fixtures.js';
import { Cluster } from './cluster.js';
import { resolveOptions } from './overload-control-options.js';
import { Replicas } from './replicas.fixture.js';

let nats: TestNats;
const replicas = new Replicas(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(async () => {
  await replicas.end();
  await nats.stop();
});

it('looks at one report only to put together what all say of one subject', async () => {
  const link = await replicas.link();
  // It says nothing by itself while this spec runs: that would look at all of its reports.
  const silent = { reportEveryMs: 60_000, liveForMs: 120_000 };
  const options = resolveOptions({ replicaId: 'a', nats: link, ...silent });
  const cluster = new Cluster(
    options,
    1,
    () => true,
    () => undefined,
  );
  cluster.start();
  await replicas.replica('b');
  await eventually(() => cluster.replicas(monotonicClock.nowMs()).length === 2);
  const looked: string[] = [];
  for (const subject of ['one', 'two', 'three']) {
    const compose = () => {
      looked.push(subject);
      return aSubjectReport({ subject, inflight: 7 });
    };
    cluster.put(subject, compose, false);
  }

  const { signals } = cluster.shared('two', monotonicClock.nowMs()) ?? {};

  expect(signals?.inflightMessages).toBe(7);
  expect(looked).toEqual(['two']);
  cluster.stop();
});
