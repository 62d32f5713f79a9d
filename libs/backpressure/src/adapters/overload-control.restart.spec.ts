import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OverloadEvent } from '../core/index.js';
import type { OverloadControlOptions } from './overload-control-options.js';
import { FINE, OVERLOADED, Replicas, statusOf, SUBJECT, typesOf } from './replicas.fixture.js';

let nats: TestNats;
const replicas = new Replicas(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await replicas.end();
  await nats.stop();
});

async function aReplica(id: string, options: OverloadControlOptions = {}) {
  const events = recorder<OverloadEvent>();
  return { ...(await replicas.replica(id, { observe: events.observe, ...options })), events };
}

describe('a restarted replica', () => {
  it('knows history, status, recovery and totals', async () => {
    const before = await aReplica('a');
    for (const [signals, expected] of [
      [OVERLOADED, 'active'],
      [FINE, 'inactive'],
      [OVERLOADED, 'active'],
    ] as const) {
      before.subject.override(signals);
      await eventually(() => before.control.history.lastStatus(SUBJECT)?.status === expected);
    }
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.totals.active === 2);
    const entries = before.control.history.entries(SUBJECT);
    const { total } = before.control.history.aggregates(SUBJECT, Date.now());
    await before.control.stop();

    const after = await aReplica('a2');
    after.subject.override(OVERLOADED);
    await eventually(() => after.control.history.entries(SUBJECT).length === entries.length);
    await eventually(() => statusOf(after.control).status === 'active');

    expect(after.control.history.entries(SUBJECT)).toEqual(entries);
    expect(after.control.history.aggregates(SUBJECT, Date.now()).total).toEqual(total);
    expect(statusOf(after.control)).toMatchObject({
      sinceMs: entries[0]?.atMs,
      recovery: { recovered: false },
    });
    expect(after.events.of('history-entry')).toEqual([]);
  });

  it('knows totals of entries that the stream has forgotten', async () => {
    const before = await aReplica('a');
    before.subject.override(OVERLOADED);
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.totals.active === 1);
    before.subject.override(FINE);
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.totals.recovery === 1);
    await before.control.stop();
    const connection = (await replicas.link()).connection;
    await connection?.request('$JS.API.STREAM.PURGE.router-events');

    const after = await aReplica('a2');
    await eventually(() => after.control.history.lastStatus(SUBJECT) !== undefined);

    expect(typesOf(after.control)).toEqual([]);
    expect(after.control.history.aggregates(SUBJECT, Date.now()).total).toMatchObject({
      total_events: 2,
      active_events: 1,
      recovery_events: 1,
    });
    expect(statusOf(after.control)).toMatchObject({ recovery: { recovered: true } });
  });

  it('goes on from there with a subject that comes in later', async () => {
    const before = await aReplica('a');
    before.subject.override(OVERLOADED);
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.status === 'active');
    await before.control.stop();

    const events = recorder<OverloadEvent>();
    const after = await replicas.replica('a2', { subjects: [], observe: events.observe });
    await eventually(() => after.control.history.lastStatus(SUBJECT) !== undefined);
    await eventually(() => after.control.settings.state === 'synced');
    // It leads by now.
    await sleep(400);
    expect(after.control.subjects()).toEqual([]);
    after.subject.override(OVERLOADED);
    await eventually(() => statusOf(after.control).status === 'active');

    expect(typesOf(after.control)).toEqual(['backpressure_active']);
    expect(events.of('alert')).toEqual([]);
  });

  it('tells of the recovery that happened while nobody looked', async () => {
    const before = await aReplica('a');
    before.subject.override(OVERLOADED);
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.status === 'active');
    await before.control.stop();

    const after = await aReplica('a2');
    await eventually(() => typesOf(after.control).includes('recovery'));

    expect(typesOf(after.control)).toEqual(['backpressure_active', 'recovery']);
    expect(after.events.of('alert').map(({ alert }) => alert.state)).toEqual(['resolved']);
  });
});

describe('without NATS', () => {
  it('a replica leads itself, and what it wrote meanwhile is stored afterwards', async () => {
    const a = await aReplica('a');
    await eventually(() => a.control.settings.state === 'synced');
    await nats.kill();
    await eventually(() => !a.link.isConnected);
    for (const [signals, length] of [
      [OVERLOADED, 1],
      [FINE, 2],
    ] as const) {
      a.subject.override(signals);
      await eventually(() => typesOf(a.control).length === length);
    }
    expect(a.subject.admit({ criticality: 'default' }).admitted).toBe(true);

    await nats.restart();
    await eventually(() => a.control.history.checkpoint(SUBJECT)?.totals.recovery === 1, {
      timeoutMs: 15_000,
    });
    const b = await aReplica('b');

    await eventually(() => typesOf(b.control).length === 2);
    expect(b.control.history.entries(SUBJECT)).toEqual(a.control.history.entries(SUBJECT));
    await eventually(() => statusOf(b.control).replicas.length === 2);
    expect(statusOf(b.control).leader).toBe('a');
  }, 30_000);

  it('what happened before a replica reached it is added to what was stored', async () => {
    const before = await aReplica('a');
    before.subject.override(OVERLOADED);
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.totals.active === 1);
    await before.control.stop();
    await nats.kill();
    const after = await aReplica('a2', { nats: replicas.unconnectedLink(nats.url) });
    for (const [signals, length] of [
      [OVERLOADED, 1],
      [FINE, 2],
    ] as const) {
      after.subject.override(signals);
      await eventually(() => typesOf(after.control).length === length);
    }

    await nats.restart();
    const stored = { active: 2, recovery: 1 };
    await eventually(
      () => expect(after.control.history.checkpoint(SUBJECT)).toMatchObject({ totals: stored }),
      { timeoutMs: 15_000 },
    );

    const b = await aReplica('b');
    await eventually(() =>
      expect(b.control.history.aggregates(SUBJECT, Date.now()).total).toMatchObject({
        active_events: 2,
        recovery_events: 1,
      }),
    );
  }, 30_000);

  it('a replica that never reached it decides by itself', async () => {
    const link = replicas.unconnectedLink('nats://127.0.0.1:1');
    const a = await aReplica('a', { nats: link });
    a.subject.override(OVERLOADED);

    expect(statusOf(a.control).status).toBe('active');
    await eventually(() => typesOf(a.control).length === 1);
    expect(a.events.of('alert')).toHaveLength(1);
  });
});
