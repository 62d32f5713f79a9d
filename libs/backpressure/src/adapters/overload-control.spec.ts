import { FakeClock, recorder } from '@beamline/testing';
import {
  type Admission,
  DEFAULT_SETTINGS,
  type OverloadEvent,
  type Permit,
  type SubjectSettings,
} from '../core/index.js';
import { OverloadControl } from './overload-control.js';
import type { OverloadControlOptions } from './overload-control-options.js';

const SUBJECT = 'orders';
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function aControl(options: OverloadControlOptions = {}) {
  const clock = new FakeClock(0);
  const wall = new FakeClock(1_700_000_000_000);
  const events = recorder<OverloadEvent>();
  const control = new OverloadControl({
    replicaId: 'r1',
    clock,
    wall,
    random: () => 0.5,
    observe: events.observe,
    ...options,
  });
  ends.push(() => control.stop());
  return { control, clock, wall, events };
}

const withAdmission = (admission: Partial<SubjectSettings['admission']>): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  admission: { ...DEFAULT_SETTINGS.admission, ...admission },
});

const OVERLOADED = { pendingMessages: 1_500, latencyP95Ms: 6_000 };
const FINE = { pendingMessages: 0, latencyP95Ms: 50, inflightMessages: 2 };

const statusOf = (control: OverloadControl) => control.statusNow(SUBJECT).status;

function permitOf(admission: Admission): Permit {
  if (!admission.admitted) throw new Error(`refused: ${admission.refusal.reason}`);
  return admission.permit;
}

describe('a subject', () => {
  it('is there when it was declared', () => {
    const { control } = aControl({ subjects: [{ name: SUBJECT }] });

    expect(control.subjects()).toEqual([SUBJECT]);
    expect(control.subject(SUBJECT).name).toBe(SUBJECT);
  });

  it('comes in when it is first asked for, and stays the same', () => {
    const { control } = aControl();

    expect(control.subject(SUBJECT)).toBe(control.subject(SUBJECT));
    expect(control.subjects()).toEqual([SUBJECT]);
  });

  it('is refused beyond the most that are tracked', () => {
    const { control } = aControl({ maxSubjects: 1 });
    control.subject('one');

    expect(() => control.subject('two')).toThrow(/two.*maxSubjects.*1/);
    expect(control.subject('one').name).toBe('one');
  });

  it.each(['', 'x'.repeat(1_024), 'ä'.repeat(512)])('needs a name of 1 to 1023 bytes', (name) => {
    expect(() => aControl().control.subject(name)).toThrow(RangeError);
  });
});

describe('the status', () => {
  it.each([
    [{ pendingMessages: 50, latencyP95Ms: 6_000, inflightMessages: 0 }, 'warning'],
    [{ pendingMessages: 50, latencyP95Ms: 100, inflightMessages: 600 }, 'warning'],
    [{ pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 600 }, 'active'],
    [{ pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 0 }, 'active'],
    [{ pendingMessages: 1_000, latencyP95Ms: 5_000, inflightMessages: 500 }, 'inactive'],
    [FINE, 'inactive'],
  ])('of %j is %s', async (signals, expected) => {
    const { control } = aControl();
    control.subject(SUBJECT).override(signals);

    expect(await control.status(SUBJECT)).toMatchObject({ status: expected, signals });
  });

  it('tells what is in hand and how long work takes', async () => {
    const { control, clock } = aControl();
    const subject = control.subject(SUBJECT);
    const permits = [1, 2, 3].map(() => permitOf(subject.admit({ criticality: 'default' })));
    clock.advance(120);
    permits[0]?.settle('success');

    expect(await control.status(SUBJECT)).toMatchObject({
      signals: { pendingMessages: 0, latencyP95Ms: 120, inflightMessages: 2 },
      sources: { latencyP95Ms: 'measured', inflightMessages: 'measured' },
    });
  });

  it('learns nothing from work that its caller ended', async () => {
    const { control, clock } = aControl();
    const permit = permitOf(control.subject(SUBJECT).admit({ criticality: 'default' }));
    clock.advance(9_000);
    permit.settle('ignored');

    expect(await control.status(SUBJECT)).toMatchObject({ signals: { latencyP95Ms: 0 } });
  });

  it('forgets a latency after ten seconds, so that what refuses everything can open again', async () => {
    const { control, clock } = aControl();
    control.subject(SUBJECT).recordLatency(6_000);
    expect(await control.status(SUBJECT)).toMatchObject({ status: 'warning' });

    clock.advance(30_001);

    expect(await control.status(SUBJECT)).toMatchObject({
      status: 'inactive',
      signals: { latencyP95Ms: 0 },
      sources: { latencyP95Ms: 'unknown' },
    });
  });

  it('leaves active only when every signal is far enough below its threshold', async () => {
    const { control } = aControl();
    const subject = control.subject(SUBJECT);
    subject.override(OVERLOADED);
    await control.status(SUBJECT);

    subject.override({ ...FINE, pendingMessages: 501 });
    expect(await control.status(SUBJECT)).toMatchObject({ status: 'active' });

    subject.override({ ...FINE, pendingMessages: 500 });
    expect(await control.status(SUBJECT)).toMatchObject({
      status: 'inactive',
      recovery: { recovered: true },
    });
  });

  it('forgets a recovery when the next overload begins', async () => {
    const { control } = aControl();
    const subject = control.subject(SUBJECT);
    for (const signals of [OVERLOADED, FINE, OVERLOADED]) {
      subject.override(signals);
      await control.status(SUBJECT);
    }

    expect(await control.status(SUBJECT)).toMatchObject({ recovery: { recovered: false } });
  });

  it.each([[''], ['x'.repeat(1_024)], [42], [null], [undefined], [{}]])(
    'of %j is unknown',
    async (subject) => {
      const { control, wall } = aControl();

      expect(await control.status(subject)).toEqual({
        subject,
        status: 'unknown',
        error: 'invalid_subject',
        timestampMs: wall.nowMs(),
      });
    },
  );

  it('of a subject that nobody serves is inactive, and asking makes nobody serve it', async () => {
    const { control } = aControl();

    expect(await control.status('elsewhere')).toMatchObject({
      subject: 'elsewhere',
      status: 'inactive',
      signals: { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 },
      view: undefined,
    });
    expect(control.subjects()).toEqual([]);
  });
});

describe('what happened', () => {
  it('is told once to everybody who wants to know', () => {
    const { control, events, clock, wall } = aControl();
    const subject = control.subject(SUBJECT);
    const heard: string[] = [];
    control.onLoadChange((name) => heard.push(`${name} ${statusOf(control)}`));

    subject.override(OVERLOADED);
    control.evaluate();
    control.evaluate();
    clock.advance(2_000);
    wall.advance(2_000);
    subject.override(FINE);
    control.evaluate();

    expect(heard).toEqual([`${SUBJECT} active`, `${SUBJECT} inactive`]);
    expect(events.of('history-entry').map(({ entry }) => entry)).toEqual([
      expect.objectContaining({
        type: 'backpressure_active',
        from: 'inactive',
        to: 'active',
        causes: [
          { signal: 'pendingMessages', value: 1_500, threshold: 1_000 },
          { signal: 'latencyP95Ms', value: 6_000, threshold: 5_000 },
        ],
        retryAfterSeconds: 30,
      }),
      expect.objectContaining({ type: 'recovery', to: 'inactive', recoveryTimeMs: 2_000 }),
    ]);
    expect(events.of('alert').map(({ alert }) => [alert.severity, alert.state])).toEqual([
      ['warning', 'raised'],
      ['warning', 'resolved'],
    ]);
  });

  it('is remembered, and counted', async () => {
    const { control, wall } = aControl();
    const subject = control.subject(SUBJECT);
    for (const signals of [OVERLOADED, FINE]) {
      subject.override(signals);
      await control.status(SUBJECT);
    }

    const entries = control.history.entries(SUBJECT);
    expect(entries.map((entry) => entry.type).toSorted()).toEqual([
      'backpressure_active',
      'recovery',
    ]);
    expect(control.history.aggregates(SUBJECT, wall.nowMs())['1m']).toMatchObject({
      total_events: 2,
      active_events: 1,
      recovery_events: 1,
    });
  });

  it('counts every admission and refusal once', () => {
    const { control, events } = aControl({ defaults: withAdmission({ maxInflight: 2 }) });
    const subject = control.subject(SUBJECT);
    for (let n = 0; n < 5; n += 1) subject.admit({ criticality: 'default' });

    control.evaluate();
    control.evaluate();

    const windows = events.of('admission-window');
    const sum = (pick: (window: (typeof windows)[number]) => number) =>
      windows.reduce((total, window) => total + pick(window), 0);
    expect(sum(({ counts }) => counts.admitted.default)).toBe(2);
    expect(sum(({ counts }) => counts.refused.reduce((all, { count }) => all + count, 0))).toBe(3);
  });
});

describe('strict mode', () => {
  it('refuses everything while the status is active, and nothing after', async () => {
    const { control } = aControl({ defaults: withAdmission({ mode: 'strict' }) });
    const subject = control.subject(SUBJECT);
    subject.override(OVERLOADED);
    await control.status(SUBJECT);

    expect(subject.admit({ criticality: 'critical' })).toMatchObject({
      admitted: false,
      refusal: { reason: 'backpressure_active', retryAfterMs: 30_000 },
    });

    subject.override(FINE);
    await control.status(SUBJECT);
    expect(subject.admit({ criticality: 'sheddable' }).admitted).toBe(true);
  });
});

it('is healthy unless a subject is active', async () => {
  const { control, wall } = aControl();
  control.subject('calm');
  control.subject(SUBJECT).override({ pendingMessages: 1_500 });
  await control.status(SUBJECT);
  expect(control.health()).toMatchObject({ healthy: true });

  control.subject(SUBJECT).override(OVERLOADED);

  expect(control.health()).toEqual({
    healthy: false,
    statusCounts: { inactive: 1, warning: 0, active: 1 },
    totalSubjects: 2,
    timestampMs: wall.nowMs(),
  });
});

it('evaluates by itself once it is started', async () => {
  const { control, events } = aControl({ evaluateEveryMs: 10 });
  control.subject(SUBJECT);
  control.start();

  await new Promise((resolve) => setTimeout(resolve, 100));

  expect(events.of('evaluated').length).toBeGreaterThan(0);
});
