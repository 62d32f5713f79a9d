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
