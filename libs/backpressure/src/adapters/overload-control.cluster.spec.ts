import { NatsLink } from '@beamline/jetstream';
import { ignoreEvents } from '@beamline/kernel';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { DEFAULT_SETTINGS, type OverloadEvent } from '../core/index.js';
import { OverloadControl } from './overload-control.js';
import type { OverloadControlOptions } from './overload-control-options.js';

const SUBJECT = 'beamline.router.v1.decide';
const OVERLOADED = { pendingMessages: 1_500, latencyP95Ms: 6_000 };
const FINE = { pendingMessages: 0, latencyP95Ms: 50, inflightMessages: 2 };

let nats: TestNats;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await nats.stop();
});

async function aLink(): Promise<NatsLink> {
  const link = new NatsLink({ servers: nats.url, reconnectDelayMs: 50 }, ignoreEvents);
  link.start();
  ends.push(() => link.close(200));
  await link.ready;
  return link;
}

/** A replica of a fast cluster: everything happens five times as often as by default. */
async function aReplica(replicaId: string, options: OverloadControlOptions = {}) {
  const link = await aLink();
  const events = recorder<OverloadEvent>();
  const control = new OverloadControl({
    replicaId,
    nats: link,
    subjects: [{ name: SUBJECT }],
    evaluateEveryMs: 20,
    reportEveryMs: 200,
    liveForMs: 600,
    observe: events.observe,
    ...options,
  });
  ends.push(() => control.stop());
  control.start();
  return { control, events, link, subject: control.subject(SUBJECT) };
}

const statusOf = (control: OverloadControl) => {
  const status = control.statusNow(SUBJECT);
  if (status.status === 'unknown') throw new Error('no status');
  return status;
};
const typesOf = (control: OverloadControl) =>
  control.history
    .entries(SUBJECT)
    .map(({ type }) => type)
    .toReversed();

async function bothKnowEachOther(...controls: readonly OverloadControl[]): Promise<void> {
  await eventually(() =>
    controls.every((control) => control.replicas().length === controls.length),
  );
}

describe('two replicas', () => {
  it('tell one truth', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b');
    await bothKnowEachOther(a.control, b.control);

    a.subject.override(OVERLOADED);
    await eventually(() => statusOf(b.control).status === 'active');
    a.subject.override(FINE);
    await eventually(() => statusOf(b.control).status === 'inactive');
    await eventually(() => typesOf(b.control).length === 2);

    expect(typesOf(a.control)).toEqual(['backpressure_active', 'recovery']);
    expect(b.control.history.entries(SUBJECT)).toEqual(a.control.history.entries(SUBJECT));
    const nowMs = Date.now();
    expect(b.control.history.aggregates(SUBJECT, nowMs)).toEqual(
      a.control.history.aggregates(SUBJECT, nowMs),
    );
    const [ofA, ofB] = [statusOf(a.control), statusOf(b.control)];
    expect(ofB).toMatchObject({
      leader: 'a',
      replicas: ['a', 'b'],
      sinceMs: ofA.sinceMs,
      recovery: ofA.recovery,
    });
  });

  it('write each change down once', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b');
    await bothKnowEachOther(a.control, b.control);

    for (const signals of [OVERLOADED, FINE]) {
      a.subject.override(signals);
      b.subject.override(signals);
      const expected = signals === FINE ? 'inactive' : 'active';
      await eventually(() => [a, b].every(({ control }) => statusOf(control).status === expected));
    }

    await eventually(() => typesOf(b.control).length === 2);
    expect(a.events.of('history-entry')).toHaveLength(2);
    expect(b.events.of('history-entry')).toHaveLength(0);
    expect(a.events.of('alert').map(({ alert }) => alert.state)).toEqual(['raised', 'resolved']);
    expect(b.events.of('alert')).toHaveLength(0);
  });

  it('count what both have in hand, and merge the latencies of both', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b');
    for (let n = 0; n < 3; n += 1) a.subject.admit({ criticality: 'default' });
    for (let n = 0; n < 4; n += 1) b.subject.admit({ criticality: 'default' });
    for (let n = 0; n < 90; n += 1) a.subject.recordLatency(10);
    for (let n = 0; n < 10; n += 1) b.subject.recordLatency(1_000);

    await eventually(() => {
      for (const { control } of [a, b]) {
        const { signals } = statusOf(control);
        expect(signals.inflightMessages).toBe(7);
        // The 95th of all hundred, and not a mean of 10 and 1000. Buckets are 9 % wide.
        expect(signals.latencyP95Ms).toBeGreaterThan(950);
        expect(signals.latencyP95Ms).toBeLessThan(1_050);
      }
    });
  });

  it('go on with the same status when the leader dies, and the next one leads', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b');
    await bothKnowEachOther(a.control, b.control);
    for (const { subject } of [a, b]) subject.override(OVERLOADED);
    await eventually(() => statusOf(b.control).status === 'active');

    // Like a crash: nobody hears of it.
    await a.link.close(0);
    await eventually(() => statusOf(b.control).leader === 'b', { timeoutMs: 1_000 });

    expect(statusOf(b.control)).toMatchObject({ status: 'active', replicas: ['b'] });
    await eventually(() => b.events.of('replica-lost').length === 1);
    expect(b.events.of('replica-lost')).toEqual([{ type: 'replica-lost', replica: 'a' }]);
    expect(b.events.of('leader-changed').at(-1)).toMatchObject({ replica: 'b', isSelf: true });
    b.subject.override(FINE);
    await eventually(() => statusOf(b.control).status === 'inactive');
    // It was not raised again by the new leader, and resolved by it once.
    expect(b.events.of('alert').map(({ alert }) => alert.state)).toEqual(['resolved']);
    expect(typesOf(b.control)).toEqual(['backpressure_active', 'recovery']);
  });

  it('believe a newcomer with a lower id only what it has heard', async () => {
    const b = await aReplica('b');
    b.subject.override(OVERLOADED);
    await eventually(() => typesOf(b.control).length === 1);
    const seen: string[] = [];
    b.subject.onTransition((to) => seen.push(to));

    const a = await aReplica('a');
    a.subject.override(OVERLOADED);
    await eventually(() => statusOf(b.control).leader === 'a');
    await eventually(() => a.control.replicas().some(({ id }) => id === 'b'));
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(seen).toEqual([]);
    expect(statusOf(a.control).status).toBe('active');
    expect(typesOf(a.control)).toEqual(['backpressure_active']);
  });

  it('answer for a subject that only one of them serves', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b', { subjects: [{ name: SUBJECT }, { name: 'only-b' }] });
    await bothKnowEachOther(a.control, b.control);
    b.control.subject('only-b').admit({ criticality: 'default' });

    await eventually(() => {
      expect(a.control.statusNow('only-b')).toMatchObject({
        view: undefined,
        signals: { inflightMessages: 1 },
      });
    });
    const many = Array.from({ length: 600 }, () => 6_000);
    for (const latencyMs of many) b.control.subject('only-b').recordLatency(latencyMs);
    await eventually(() => a.control.statusNow('only-b').status === 'warning');
    await eventually(() => b.control.statusNow('only-b').status === 'warning');
    await b.control.stop();
    await eventually(() => !a.control.subjects().includes('only-b'));
  });
});

describe('a restarted replica', () => {
  it('knows history, status, recovery and totals', async () => {
    const before = await aReplica('a');
    for (const signals of [OVERLOADED, FINE, OVERLOADED]) {
      before.subject.override(signals);
      const expected = signals === FINE ? 'inactive' : 'active';
      await eventually(
        () => typesOf(before.control).length > 0 && statusOf(before.control).status === expected,
      );
      await eventually(() => before.control.history.lastStatus(SUBJECT)?.status === expected);
    }
    await eventually(() => before.control.history.checkpoint(SUBJECT)?.totals.active === 2);
    const entries = before.control.history.entries(SUBJECT);
    const aggregates = before.control.history.aggregates(SUBJECT, Date.now());
    await before.control.stop();

    const after = await aReplica('a2');
    after.subject.override(OVERLOADED);
    await eventually(() => after.control.history.entries(SUBJECT).length === entries.length);

    expect(after.control.history.entries(SUBJECT)).toEqual(entries);
    expect(after.control.history.aggregates(SUBJECT, Date.now()).total).toEqual(aggregates.total);
    expect(statusOf(after.control)).toMatchObject({
      status: 'active',
      sinceMs: entries[0]?.atMs,
      recovery: { recovered: false },
    });
    expect(after.events.of('history-entry')).toEqual([]);
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
    await eventually(() => a.control.history !== undefined && a.link.isConnected);
    await nats.kill();
    await eventually(() => !a.link.isConnected);
    a.subject.override(OVERLOADED);
    await eventually(() => typesOf(a.control).length === 1);
    expect(statusOf(a.control).status).toBe('active');

    await nats.restart();
    const b = await aReplica('b');

    await eventually(() => typesOf(b.control).length === 1, { timeoutMs: 10_000 });
    expect(b.control.history.entries(SUBJECT)).toEqual(a.control.history.entries(SUBJECT));
  });

  it('a replica that never reached it decides by itself', async () => {
    const link = new NatsLink({ servers: 'nats://127.0.0.1:1' }, ignoreEvents);
    link.start();
    ends.push(() => link.close(0));
    const events = recorder<OverloadEvent>();
    const control = new OverloadControl({
      replicaId: 'a',
      nats: link,
      subjects: [{ name: SUBJECT }],
      evaluateEveryMs: 20,
      reportEveryMs: 100,
      liveForMs: 300,
      observe: events.observe,
    });
    ends.push(() => control.stop());
    control.start();
    control.subject(SUBJECT).override(OVERLOADED);

    expect(statusOf(control).status).toBe('active');
    await eventually(() => typesOf(control).length === 1);
    expect(events.of('alert')).toHaveLength(1);
  });
});

it('refuses a report that is nonsense, and takes no harm', async () => {
  const a = await aReplica('a');
  const connection = connectionOf(a.link);
  for (const text of ['', 'null', '{"version":1}', '\u0000', '[1e999]', 'x'.repeat(300_000)]) {
    connection.publish('beamline.router.v1.overload.report', text);
  }

  await eventually(() => a.events.of('report-refused').length >= 6);
  expect(a.control.replicas().map(({ id }) => id)).toEqual(['a']);
  expect(await a.control.status(SUBJECT)).toMatchObject({ status: 'inactive' });
});

describe('settings', () => {
  it('of the bucket come into force on every replica, and bad ones leave them as they are', async () => {
    const a = await aReplica('a');
    const b = await aReplica('b');
    await bothKnowEachOther(a.control, b.control);
    await eventually(() => a.control.settings.state === 'synced');

    const put = await a.control.settings.put(SUBJECT, { thresholds: { queue_overload: 10 } });
    expect(put).toMatchObject({ ok: true });
    await eventually(() => statusOf(b.control).thresholds.queueOverload === 10);
    a.subject.override({ pendingMessages: 11, latencyP95Ms: 0, inflightMessages: 0 });
    await eventually(() => statusOf(b.control).status === 'warning');

    connectionOf(a.link).publish(
      `$KV.beamline_backpressure.settings.${SUBJECT.replaceAll('.', '=2e')}`,
      '{"thresholds":{"queue_overload":"many"}}',
    );
    await eventually(() => b.events.of('settings-refused').length > 0);

    expect(b.events.of('settings-refused')[0]).toMatchObject({
      problems: [expect.stringContaining('queue_overload')],
    });
    expect(statusOf(b.control)).toMatchObject({
      status: 'warning',
      thresholds: { ...DEFAULT_SETTINGS.thresholds, queueOverload: 10 },
    });
  });

  it('reach admission at once', async () => {
    const a = await aReplica('a');
    await eventually(() => a.control.settings.state === 'synced');
    await a.control.settings.put(undefined, { admission: { max_inflight: 1 } });

    expect(a.subject.admit({ criticality: 'default' }).admitted).toBe(true);
    expect(a.subject.admit({ criticality: 'default' })).toMatchObject({
      refusal: { reason: 'hard_limit' },
    });
  });
});

function connectionOf(link: NatsLink): NatsConnection {
  if (link.connection === undefined) throw new Error('not connected');
  return link.connection;
}
