import fc from 'fast-check';
import { type PushedLoad, PushPlan } from './push-plan.js';

const PACE = { minGapMs: 50, heartbeatMs: 1_000, calmHeartbeatMs: 30_000 };
const CALM: PushedLoad = { status: 'inactive', effectiveStatus: 'inactive', creditPerSecond: null };

it('tells everybody the first time', () => {
  expect(new PushPlan(PACE).tell(CALM, 0)).toEqual({ isTransition: true, toEndpoints: true });
});

it.each`
  change                            | isTransition | isNews   | because
  ${{}}                             | ${false}     | ${false} | ${'nothing changed'}
  ${{ status: 'active' }}           | ${true}      | ${true}  | ${'the status did'}
  ${{ effectiveStatus: 'warning' }} | ${true}      | ${true}  | ${'the effective status did'}
  ${{ creditPerSecond: null }}      | ${true}      | ${true}  | ${'nothing is refused any more'}
  ${{ creditPerSecond: 0 }}         | ${false}     | ${true}  | ${'another credit is news and no transition'}
`('takes it for transition: $isTransition, news: $isNews: $because', ({ change, ...expected }) => {
  const plan = new PushPlan(PACE);
  const load = { ...CALM, creditPerSecond: 10 };
  plan.tell(load, 0);

  const { isTransition, isNews } = expected;
  expect(plan.isNews({ ...load, ...change })).toBe(isNews);
  expect(plan.tell({ ...load, ...change }, 100).isTransition).toBe(isTransition);
});

it('takes the first refusal of a calm subject for a transition', () => {
  const plan = new PushPlan(PACE);
  plan.tell(CALM, 0);

  const push = plan.tell({ ...CALM, creditPerSecond: 10 }, 100);

  expect(push).toEqual({ isTransition: true, toEndpoints: true });
});

it('has news as long as nothing was told', () => {
  expect(new PushPlan(PACE).isNews(CALM)).toBe(true);
});

it.each`
  atMs   | waitMs
  ${0}   | ${50}
  ${30}  | ${20}
  ${50}  | ${0}
  ${900} | ${0}
`('waits for $waitMs ms when $atMs ms have passed since the last push', ({ atMs, waitMs }) => {
  const plan = new PushPlan(PACE);
  expect(plan.waitMs(1_000)).toBe(0);
  plan.tell(CALM, 1_000);

  expect(plan.waitMs(1_000 + atMs)).toBe(waitMs);
});

it.each`
  load                                      | atMs      | toEndpoints | because
  ${CALM}                                   | ${1_000}  | ${false}    | ${'all is well'}
  ${CALM}                                   | ${29_499} | ${false}    | ${'all is well'}
  ${CALM}                                   | ${29_500} | ${true}     | ${'half a heartbeat is not waited for'}
  ${CALM}                                   | ${29_990} | ${true}     | ${'a timer may come a little early'}
  ${{ ...CALM, status: 'warning' }}         | ${990}    | ${true}     | ${'a warning is repeated'}
  ${{ ...CALM, effectiveStatus: 'active' }} | ${990}    | ${true}     | ${'so is an effective status'}
  ${{ ...CALM, creditPerSecond: 5 }}        | ${990}    | ${true}     | ${'so is a limit'}
  ${{ ...CALM, status: 'active' }}          | ${499}    | ${false}    | ${'not more often than by heartbeat'}
`('tells endpoints after $atMs ms: $toEndpoints, $because', ({ load, atMs, toEndpoints }) => {
  const plan = new PushPlan(PACE);
  plan.tell(load, 0);

  expect(plan.tell(load, atMs)).toEqual({ isTransition: false, toEndpoints });
});

const aLoad = fc.record({
  status: fc.constantFrom('inactive', 'warning', 'active'),
  effectiveStatus: fc.constantFrom('inactive', 'warning', 'active'),
  creditPerSecond: fc.option(fc.nat(3)),
});

it('tells endpoints of every transition, and never tells what they know twice within half a heartbeat', () => {
  const aHistory = fc.array(fc.record({ load: aLoad, afterMs: fc.nat(1_500) }), { maxLength: 50 });
  fc.assert(
    fc.property(aHistory, (history) => {
      const plan = new PushPlan(PACE);
      let nowMs = 0;
      const pushes = history.map(({ load, afterMs }) => {
        nowMs += afterMs;
        return { ...plan.tell(load, nowMs), atMs: nowMs };
      });

      const toEndpoints = pushes.filter((push) => push.toEndpoints);
      const repeats = toEndpoints
        .map(({ isTransition, atMs }, n) => ({
          isTransition,
          restMs: atMs - (toEndpoints[n - 1]?.atMs ?? 0),
        }))
        .filter(({ isTransition }) => !isTransition);

      expect(pushes.filter((push) => push.isTransition && !push.toEndpoints)).toEqual([]);
      expect(repeats.filter(({ restMs }) => restMs < 500)).toEqual([]);
    }),
  );
});

it('tells endpoints within a heartbeat and a half as long as something is wrong', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { minLength: 5, maxLength: 50 }), (gaps) => {
      const plan = new PushPlan(PACE);
      let nowMs = 0;
      let toldAtMs = 0;
      for (const gap of gaps) {
        nowMs += gap;
        if (plan.tell({ ...CALM, status: 'active' }, nowMs).toEndpoints) toldAtMs = nowMs;
        expect(nowMs - toldAtMs).toBeLessThan(1_500);
      }
    }),
  );
});
