import { FakeClock, recorder } from '@beamline/testing';
import type { OverloadEvent } from '../core/index.js';
import { OverloadControl } from './overload-control.js';
import { FINE, OVERLOADED, statusOf, SUBJECT } from './replicas.fixture.js';

const HOUR_MS = 3_600_000;

function aControl() {
  const [clock, wall] = [new FakeClock(5_000), new FakeClock()];
  const events = recorder<OverloadEvent>();
  const control = new OverloadControl({ clock, wall, observe: events.observe });
  return { control, clock, wall, events, subject: control.subject(SUBJECT) };
}

it.each([HOUR_MS, -HOUR_MS])(
  'measures a recovery by time that passed, when the wall clock jumps by %d ms',
  (jumpMs) => {
    const { control, clock, wall, events, subject } = aControl();
    subject.override(OVERLOADED);
    control.evaluate();
    clock.advance(2_000);
    wall.advance(2_000 + jumpMs);
    subject.override(FINE);
    control.evaluate();

    expect(events.of('history-entry').at(-1)?.entry).toMatchObject({
      type: 'recovery',
      recoveryTimeMs: 2_000,
      atMs: wall.nowMs(),
    });
    expect(statusOf(control).sinceMs).toBe(wall.nowMs());
  },
);

it('admits and evaluates on when even the monotonic clock is set back', () => {
  const { control, clock, subject } = aControl();
  subject.recordLatency(9_000);
  expect(statusOf(control).status).toBe('warning');

  clock.set(0);
  control.evaluate();

  expect(statusOf(control).status).toBe('inactive');
  expect(subject.admit({ criticality: 'default' }).admitted).toBe(true);
  subject.override(OVERLOADED);
  expect(statusOf(control).status).toBe('active');
});

it('forgets what lies a jump ahead, and goes on', () => {
  const { control, clock, subject } = aControl();
  const admission = subject.admit({ criticality: 'default' });
  expect(statusOf(control).signals.inflightMessages).toBe(1);

  clock.advance(HOUR_MS);
  control.evaluate();

  expect(admission.admitted).toBe(true);
  expect(statusOf(control).signals.inflightMessages).toBe(0);
});
