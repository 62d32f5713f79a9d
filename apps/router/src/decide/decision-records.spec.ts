import { BUCKETS } from '@beamline/contracts/core';
import { AckedPublisher, NatsLink, PipelinedBucket, provision } from '@beamline/jetstream';
import type { IntakeEvent } from '@beamline/jetstream/core';
import { ignoreEvents } from '@beamline/kernel';
import {
  eventually,
  FakeClock,
  type Recorder,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import type { DecisionRecord } from './decision-record.js';
import { DecisionRecords } from './decision-records.js';

let nats: TestNats;
let link: NatsLink;
let publisher: AckedPublisher;
let facts: Recorder<IntakeEvent>;
let clock: FakeClock;

beforeAll(async () => {
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 50 }, ignoreEvents);
  link.start();
  publisher = new AckedPublisher(link, { timeoutMs: 20_000, observe: ignoreEvents });
  await provision(await link.ready, { buckets: [{ bucket: BUCKETS.idempotency }] });
});

afterAll(async () => {
  await publisher.close(0);
  await link.close();
  await nats.stop();
});

beforeEach(() => {
  facts = recorder();
  clock = new FakeClock();
});

/** One replica's view of the common bucket. */
function aReplica(recordsPerSecond = 1000): DecisionRecords {
  const bucket = new PipelinedBucket(link, publisher, {
    bucket: BUCKETS.idempotency,
    timeoutMs: 20_000,
    onLost: (count) => facts.observe({ type: 'record-skipped', reason: 'publish-failed', count }),
  });
  const options = { maxRecent: 100, recordsPerSecond, ttlMs: 3_600_000 };
  return new DecisionRecords(bucket, options, clock, facts.observe);
}

let count = 0;
function aRecord(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  count += 1;
  return {
    fingerprint: 'f-1',
    tenantId: 'acme',
    messageId: `m-${count}`,
    policyId: 'default',
    decidedAtMs: clock.nowMs(),
    decision: {
      provider_id: `p-${count}`,
      priority: 50,
      expected_latency_ms: 500,
      expected_cost: 0.01,
      reason: 'weighted',
    },
    ...changes,
  };
}

describe('a request with an idempotency key', () => {
  it('is first once, whatever the replica, and recorded ever after', async () => {
    const first = aRecord();
    const kinds = [
      await aReplica().settleKeyed('key-1', first),
      await aReplica().settleKeyed('key-1', aRecord()),
      await aReplica().settleKeyed('key-1', aRecord()),
    ];

    expect(kinds.map(({ kind }) => kind)).toEqual(['first', 'recorded', 'recorded']);
    expect(kinds[2]).toMatchObject({ record: { decision: first.decision } });
  });

  it('has one winner among a hundred at the same time', async () => {
    const replica = aReplica();
    const settlements = await Promise.all(
      Array.from({ length: 100 }, () => replica.settleKeyed('key-race', aRecord())),
    );

    expect(settlements.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    expect(settlements.filter(({ kind }) => kind === 'recorded')).toHaveLength(99);
  });

  it('conflicts with another request under the same key', async () => {
    await aReplica().settleKeyed('key-2', aRecord());

    const settlement = await aReplica().settleKeyed('key-2', aRecord({ fingerprint: 'f-2' }));

    expect(settlement.kind).toBe('conflict');
  });

  it('does not meet the same key of another tenant', async () => {
    await aReplica().settleKeyed('key-3', aRecord());

    const settlement = await aReplica().settleKeyed('key-3', aRecord({ tenantId: 'globex' }));

    expect(settlement.kind).toBe('first');
  });
});

describe('a durable request without a key', () => {
  it('is recorded when it is delivered again', async () => {
    const record = aRecord();
    await aReplica().settleMessage(record);

    expect((await aReplica().settleMessage(record)).kind).toBe('recorded');
  });

  it('is a new one when its id comes with another body, and each keeps its own decision', async () => {
    const record = aRecord();
    const other = { ...aRecord(), messageId: record.messageId, fingerprint: 'f-2' };
    await aReplica().settleMessage(record);

    expect((await aReplica().settleMessage(other)).kind).toBe('first');
    expect(await aReplica().settleMessage(record)).toMatchObject({
      record: { fingerprint: 'f-1' },
    });
    expect(await aReplica().settleMessage(other)).toMatchObject({ record: { fingerprint: 'f-2' } });
  });
});

describe('a remembered decision', () => {
  it('is found by every replica', async () => {
    const record = aRecord();
    aReplica().remember(record);

    await eventually(async () =>
      expect(await aReplica().find(record.messageId, 'acme')).toMatchObject(record),
    );
    expect(await aReplica().find(record.messageId, undefined)).toMatchObject(record);
  });

  it('is not found by another tenant', async () => {
    const record = aRecord();
    const replica = aReplica();
    replica.remember(record);

    expect(await replica.find(record.messageId, 'globex')).toBeUndefined();
  });

  it('stays with its own replica when more are decided than the bucket shall take', async () => {
    const record = aRecord();
    const replica = aReplica(0);
    replica.remember(record);

    expect(facts.of('record-skipped')).toEqual([{ type: 'record-skipped', reason: 'rate' }]);
    expect(await replica.find(record.messageId, 'acme')).toEqual(record);
    expect(await aReplica().find(record.messageId, 'acme')).toBeUndefined();
  });

  it('is forgotten when its time to live is over', async () => {
    const record = aRecord();
    const replica = aReplica(0);
    replica.remember(record);

    clock.advance(3_600_000);

    expect(await replica.find(record.messageId, 'acme')).toBeUndefined();
  });
});

it('says unavailable, not unknown, when the bucket cannot be asked', async () => {
  await nats.kill();
  await eventually(() => expect(link.isConnected).toBe(false));

  expect((await aReplica().settleKeyed('key-9', aRecord())).kind).toBe('unavailable');
  expect(await aReplica().find('nobody', 'acme')).toBe('unavailable');
  await nats.restart();
});
