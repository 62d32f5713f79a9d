import { FakeClock } from '@beamline/testing';
import { DEFAULT_SETTINGS } from '../core/index.js';
import { resolveOptions } from './overload-control-options.js';
import { TrackedSubject } from './tracked-subject.js';

/** A subject that has answered 100 requests per second for two seconds, each after 1 ms. */
function aSubject() {
  const clock = new FakeClock();
  const options = resolveOptions({ clock });
  const tracked = new TrackedSubject({ name: 'work' }, DEFAULT_SETTINGS, options, true);
  for (let request = 0; request < 200; request += 1) {
    const admission = tracked.control.admit({ criticality: 'default' });
    clock.advance(1);
    if (admission.admitted) admission.permit.settle('success', { serviceMs: 1, queueMs: 0 });
    clock.advance(9);
  }
  const waitingAt = (doorDelayMs: number): number => {
    tracked.measure(undefined, doorDelayMs, clock.nowMs());
    return tracked.report(undefined, clock.nowMs(), 0).waiting;
  };
  return { clock, waitingAt };
}

describe('what waits before the doors', () => {
  it('is what is delivered in the time that is waited there', () => {
    const { waitingAt } = aSubject();

    expect(waitingAt(0)).toBe(0);
    expect(Math.abs(waitingAt(100) - 10)).toBeLessThanOrEqual(1);
  });

  it('is never more than what came in the last ten seconds', () => {
    const { clock, waitingAt } = aSubject();

    expect(waitingAt(60_000)).toBe(200);
    clock.advance(10_200);
    expect(waitingAt(60_000)).toBe(0);
  });
});

/** Whether a tenant that is alone loses by the lot of the hour, on a replica that has run for so long at noon. */
function isUnlucky(tenantId: string, upMs: number): boolean {
  const clock = new FakeClock(upMs);
  const wall = new FakeClock(Date.UTC(2026, 0, 1, 12));
  const settings = {
    ...DEFAULT_SETTINGS,
    admission: { ...DEFAULT_SETTINGS.admission, sloMs: 1_000 },
  };
  const options = resolveOptions({ clock, wall, random: () => 0.5 });
  const { control } = new TrackedSubject({ name: 'work' }, settings, options, true);
  let last = true;
  for (let step = 0; step < 400; step += 1) {
    control.observeQueueDelay(60);
    const answer = control.admit({ criticality: 'default', tenantId });
    clock.advance(10);
    if (answer.admitted) answer.permit.settle('success', { serviceMs: 10, queueMs: 0 });
    last = answer.admitted;
  }
  return !last;
}

it('draws the lots of tenants by the hour of the day, however long the process has run', () => {
  const tenants = Array.from({ length: 12 }, (_, n) => `tenant-${n}`);
  const young = tenants.filter((tenant) => isUnlucky(tenant, 0));
  const old = tenants.filter((tenant) => isUnlucky(tenant, 50 * 3_600_000));

  expect(old).toEqual(young);
  expect(young.length).toBeGreaterThan(0);
  expect(young.length).toBeLessThan(tenants.length);
});
