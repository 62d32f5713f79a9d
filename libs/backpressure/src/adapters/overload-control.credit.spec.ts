import { eventually, FakeClock, startTestNats, type TestNats } from '@beamline/testing';
import { setImmediate as nextTick } from 'node:timers/promises';
import { DEFAULT_SETTINGS, type SubjectSettings } from '../core/index.js';
import { OverloadControl } from './overload-control.js';
import { allKnown, Replicas, statusOf, SUBJECT } from './replicas.fixture.js';
import type { SubjectControl } from './subject-control.js';

const { admission } = DEFAULT_SETTINGS;
/** One request at a time, so that the second one is refused. */
const NARROW: SubjectSettings = {
  ...DEFAULT_SETTINGS,
  admission: { ...admission, maxInflight: 1 },
};

/** @returns How many were let in. */
function ask(subject: SubjectControl, count: number): number {
  const answers = Array.from({ length: count }, () => subject.admit({ criticality: 'default' }));
  return answers.filter(({ admitted }) => admitted).length;
}

describe('a replica alone', () => {
  function aControl() {
    const clock = new FakeClock(0);
    const subjects = [{ name: SUBJECT }];
    const control = new OverloadControl({ defaults: NARROW, subjects, clock });
    const told: string[] = [];
    const stopTelling = control.onLoadChange((subject) => told.push(subject));
    return { control, subject: control.subject(SUBJECT), told, stopTelling };
  }

  it('tells of its first refusal without being asked, and of no more of them', async () => {
    const { subject, told } = aControl();

    expect(ask(subject, 1)).toBe(1);
    await nextTick();
    expect(told).toEqual([]);
    expect(ask(subject, 5)).toBe(0);
    await nextTick();

    expect(told).toEqual([SUBJECT]);
  });

  it('has a credit while it refuses, and none otherwise', async () => {
    const { control, subject } = aControl();

    expect(statusOf(control).creditPerSecond).toBeNull();
    ask(subject, 2);

    expect(statusOf(control).creditPerSecond).toBe(5);
  });

  it('tells of changes of the status', () => {
    const { control, subject, told } = aControl();

    subject.override({ pendingMessages: 5_000 });
    control.evaluate();
    control.evaluate();
    subject.override({ pendingMessages: 0 });
    control.evaluate();

    expect(told).toEqual([SUBJECT, SUBJECT]);
  });

  it('tells whoever does not listen any more nothing', () => {
    const { control, subject, told, stopTelling } = aControl();

    stopTelling();
    subject.override({ pendingMessages: 5_000 });
    control.evaluate();

    expect(told).toEqual([]);
  });

  it('leads itself', () => {
    expect(aControl().control.isLeading()).toBe(true);
  });
});

describe('several replicas', () => {
  let nats: TestNats;
  const replicas = new Replicas(() => nats.url);

  beforeEach(async () => {
    nats = await startTestNats();
  });
  afterEach(async () => {
    await replicas.end();
    await nats.stop();
  });

  it('have the leader know at once that another one refuses, and that it is over', async () => {
    const narrow = { defaults: NARROW };
    const [a, b] = [await replicas.replica('a', narrow), await replicas.replica('b', narrow)];
    await eventually(() => allKnown(a.control, b.control));
    await eventually(() => a.control.isLeading() && !b.control.isLeading());
    const credits: (number | null)[] = [];
    a.control.onLoadChange(() => credits.push(statusOf(a.control).creditPerSecond));

    ask(b.subject, 2);
    await eventually(() => credits.length > 0);

    expect(credits[0]).toBeGreaterThan(0);
    await eventually(() => credits.at(-1) === null);
    expect(statusOf(b.control).creditPerSecond).toBeNull();
  });
});
