import { AdmissionBench } from '@beamline/testing';
import type { Permit } from './admission-types.js';

/** Work that ends in its time. */
interface Running {
  readonly endsMs: number;
  readonly serviceMs: number;
  readonly permit: Permit;
}

/**
 * A door where about half is shed: `quick` asks 100 times a second for 10 ms of work, `slow` 10 times for 200 ms.
 * @returns Milliseconds of work that each was let in with, after ten seconds of settling down.
 */
function aContest({ slow, quick }: { readonly slow: string; readonly quick: string }) {
  const bench = new AdmissionBench();
  const workMs = { slow: 0, quick: 0 };
  let running: Running[] = [];
  const ask = (who: keyof typeof workMs, tenantId: string, serviceMs: number): void => {
    const answer = bench.admission.admit({ criticality: 'default', tenantId });
    if (!answer.admitted) return;
    const nowMs = bench.clock.nowMs();
    running.push({ endsMs: nowMs + serviceMs, serviceMs, permit: answer.permit });
    if (nowMs > 10_000) workMs[who] += serviceMs;
  };
  for (let step = 0; step < 3_000; step += 1) {
    bench.random = (step * 0.618_033_988_7) % 1;
    bench.admission.observeQueueDelay(60);
    ask('quick', quick, 10);
    if (step % 10 === 5) ask('slow', slow, 200);
    bench.clock.advance(10);
    const nowMs = bench.clock.nowMs();
    for (const { permit, serviceMs } of running.filter(({ endsMs }) => endsMs <= nowMs)) {
      permit.settle('success', { serviceMs });
    }
    running = running.filter(({ endsMs }) => endsMs > nowMs);
  }
  return workMs;
}

it.each([
  { slow: 'a', quick: 'b' },
  { slow: 'b', quick: 'c' },
  { slow: 'c', quick: 'd' },
  { slow: 'd', quick: 'e' },
  { slow: 'e', quick: 'f' },
  { slow: 'f', quick: 'a' },
])(
  'divides the time of the plant between $slow and $quick, not the number of requests',
  (names) => {
    const { slow, quick } = aContest(names);

    expect(slow / quick).toBeLessThan(1.6);
  },
);

it('never tells the only tenant that it has more than its share, not even at a cold start', () => {
  const bench = new AdmissionBench();

  expect(bench.run(200, 32, 8, { tenantId: 'only' })).toBeGreaterThan(0);

  const reasons = bench.admission.takeCounts().refused.map(({ reason }) => reason);
  expect(reasons).toEqual(['predicted_wait']);
});
