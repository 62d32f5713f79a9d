import { FakeClock } from '@beamline/testing';
import type { Admission } from './admission-types.js';
import { SubjectAdmission } from './subject-admission.js';
import { DEFAULT_SETTINGS } from './subject-settings.js';

function aSubject() {
  const clock = new FakeClock();
  const admission = new SubjectAdmission(DEFAULT_SETTINGS, { clock, random: () => 0.5 });
  const admit = (): Admission => admission.admit({ criticality: 'default' });
  const serve = (admitted: Admission): void => {
    if (admitted.admitted) admitted.permit.settle('success', { serviceMs: 0.05 });
  };
  return { clock, admission, admit, serve };
}

/** One request at a time, each done at once. */
function quietly({ clock, admit, serve }: ReturnType<typeof aSubject>, requests: number): void {
  for (let n = 0; n < requests; n += 1) {
    serve(admit());
    clock.advance(250);
  }
}

it.each([0, 1, 100])('lets a burst of 200 in after %i quiet requests', (requests) => {
  const subject = aSubject();
  quietly(subject, requests);

  const burst = Array.from({ length: 200 }, () => subject.admit());

  expect(burst.filter(({ admitted }) => !admitted)).toEqual([]);
});

it('does not take a request that hangs for a plant that has stopped', () => {
  const subject = aSubject();
  quietly(subject, 20);
  subject.admit();
  subject.clock.advance(30_000);

  const burst = Array.from({ length: 100 }, () => subject.admit());

  expect(burst.filter(({ admitted }) => !admitted)).toEqual([]);
});

it('lets requests in through a short stall of a quiet door', () => {
  const { admission, admit, clock } = aSubject();
  for (let n = 0; n < 200; n += 1) {
    admission.observeQueueDelay(1);
    clock.advance(50);
  }
  admission.observeQueueDelay(800);

  expect(admit().admitted).toBe(true);
});

it('sheds while the door itself is slow for long', () => {
  const { admission, admit, clock } = aSubject();
  for (let n = 0; n < 100; n += 1) {
    admission.observeQueueDelay(800);
    clock.advance(50);
  }

  expect(admit().admitted).toBe(false);
});

it('sheds once work is seen to wait for longer than the objective allows', () => {
  const subject = aSubject();
  quietly(subject, 20);
  const held: Admission[] = [];
  // A hundred come in every tenth of a second, and ten are done.
  for (let n = 0; n < 100; n += 1) {
    for (let m = 0; m < 100; m += 1) held.push(subject.admit());
    for (const done of held.filter(({ admitted }) => admitted).splice(n * 10, 10)) {
      subject.serve(done);
    }
    subject.clock.advance(100);
  }

  const last = held.slice(-1000);
  expect(last.filter(({ admitted }) => !admitted).length).toBeGreaterThan(800);
  expect(last.some(({ admitted }) => admitted)).toBe(true);
});
