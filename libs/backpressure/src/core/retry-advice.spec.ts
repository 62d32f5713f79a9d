import { RetryAdvice, type RefusedRequest } from './retry-advice.js';
import { DEFAULT_SETTINGS, type SubjectSettings } from './subject-settings.js';

const REFUSED: RefusedRequest = {
  criticality: 'default',
  reason: 'predicted_wait',
  nowMs: 0,
  capacityPerMs: 0.8,
};

const settingsWith = (admission: Partial<SubjectSettings['admission']>): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  admission: { ...DEFAULT_SETTINGS.admission, ...admission },
});

const advise = (refused: Partial<RefusedRequest>, settings = DEFAULT_SETTINGS) =>
  new RetryAdvice(0).appoint({ ...REFUSED, ...refused }, settings, () => 0.5);

it('computes an appointment where the capacity is known', () => {
  expect(advise({}).retryAfterMs).toBeLessThan(1_100);
  expect(advise({}).retryable).toBe(true);
});

it.each([
  ['the capacity is not known', { capacityPerMs: 0 }, {}],
  ['constants are asked for', {}, { retryAfterMode: 'fixed' as const }],
  ['the mode is strict', { reason: 'backpressure_active' as const }, { mode: 'strict' as const }],
])('gives the constant of the policy when %s', (_, refused, admission) => {
  expect(advise(refused, settingsWith(admission))).toEqual({
    retryAfterMs: 30_000,
    retryable: true,
  });
});

it('asks nobody back whose deadline is too short for the work', () => {
  expect(advise({ reason: 'deadline' })).toEqual({ retryAfterMs: 30_000, retryable: false });
});

it('keeps to the cap that is set', () => {
  const advice = new RetryAdvice(0);
  const settings = settingsWith({ retryAfterMaxSeconds: 2 });
  const answers = Array.from({ length: 5_000 }, () => advice.appoint(REFUSED, settings, () => 0.9));

  expect(Math.max(...answers.map(({ retryAfterMs }) => retryAfterMs))).toBeLessThanOrEqual(2_000);
});

it('passes on what the load is', () => {
  const advice = new RetryAdvice(0);
  advice.observe({ offered: 60_000, lengthMs: 60_000, isWaiting: false }, 60_000);

  const { retryAfterMs } = advice.appoint(
    { ...REFUSED, nowMs: 60_000, capacityPerMs: 2 },
    DEFAULT_SETTINGS,
    () => 0.5,
  );
  expect(retryAfterMs).toBeCloseTo(1_000 + 1 / (2 * 0.8 * 0.5));
});
