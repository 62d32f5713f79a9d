import fc from 'fast-check';
import { outcomeOfAnswer, planRetry } from './retry-plan.js';
import type { RefusedByRouter, RouterAnswer, RouterUnavailable } from './router-answer.js';

const POLICY = { maxRetries: 3, maxWaitMs: 1000, leastLeftMs: 10 };
const STATE = { retries: 0, leftMs: 60_000, isKeyed: false, random: 1 };

const unavailable = (reason: RouterUnavailable): RouterAnswer => ({ kind: 'unavailable', reason });

const refused = (code: string, advice: Partial<RefusedByRouter> = {}): RouterAnswer => ({
  kind: 'refused',
  error: {
    code,
    message: '',
    details: {},
    intakeErrorCode: null,
    requestId: undefined,
    ...advice,
  },
});

it.each<[string, RouterAnswer, number | undefined, boolean]>([
  ['who met nobody comes back after a backoff', unavailable('no_responders'), 100, false],
  ['who was not connected does, too', unavailable('disconnected'), 100, false],
  ['who met a router that cannot serve does, too', refused('unavailable'), 100, false],
  [
    'a refusal for load is repeated at its time',
    refused('service_overloaded', { retryAfterMs: 700 }),
    700,
    true,
  ],
])('%s', (...[, answer, delayMs, isSlot]) => {
  expect(planRetry(answer, POLICY, STATE)).toEqual({ delayMs, isSlot });
});

it.each<[string, RouterAnswer]>([
  ['a decision', { kind: 'decided', body: new Uint8Array() }],
  ['a timeout: the router may be at work on it', unavailable('timeout')],
  ['what this gateway refused itself', unavailable('in_flight_limit')],
  ['an answer that could not be read', unavailable('malformed_reply')],
  ['a request that is wrong', refused('invalid_request')],
  ['a tenant that asks too often', refused('rate_limited', { retryAfterMs: 1 })],
  ['a refusal for load without a time', refused('service_overloaded')],
  ['a refusal that is final', refused('service_overloaded', { retryAfterMs: 1, retryable: false })],
])('never repeats %s', (...[, answer]) => {
  expect(planRetry(answer, POLICY, STATE)).toBeUndefined();
});

it('repeats what was in flight when the connection went only if a key tells the router', () => {
  const lost = unavailable('connection_lost');

  expect(planRetry(lost, POLICY, STATE)).toBeUndefined();
  expect(planRetry(lost, POLICY, { ...STATE, isKeyed: true })).toEqual({
    delayMs: 100,
    isSlot: false,
  });
});

it('backs off twice as long with each repeat, at random between nothing and that', () => {
  const delays = [0, 1, 2].map((retries) => {
    const most = planRetry(unavailable('no_responders'), POLICY, { ...STATE, retries });
    const least = planRetry(unavailable('no_responders'), POLICY, { ...STATE, retries, random: 0 });
    return [least?.delayMs, most?.delayMs];
  });

  expect(delays).toEqual([
    [0, 100],
    [0, 200],
    [0, 400],
  ]);
});

it('repeats only while repeats are left, no longer than a caller is kept, and in time for an answer', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 6 }),
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 0, max: 3000 }),
      (retries, retryAfterMs, leftMs) => {
        const answer = refused('service_overloaded', { retryAfterMs });

        const planned = planRetry(answer, POLICY, { ...STATE, retries, leftMs, random: 0.5 });

        const isAllowed = retries < 3 && retryAfterMs <= 1000 && retryAfterMs + 10 <= leftMs;
        expect(planned !== undefined).toBe(isAllowed);
      },
    ),
  );
});

it.each<[RouterAnswer, string]>([
  [{ kind: 'decided', body: new Uint8Array() }, 'accepted'],
  [refused('policy_not_found'), 'accepted'],
  [refused('internal'), 'accepted'],
  [refused('service_overloaded'), 'refused'],
  [refused('unavailable'), 'failed'],
  [refused('timeout'), 'failed'],
  [unavailable('no_responders'), 'failed'],
  [unavailable('timeout'), 'failed'],
  [unavailable('disconnected'), 'failed'],
  [unavailable('connection_lost'), 'failed'],
  [unavailable('malformed_reply'), 'accepted'],
  [unavailable('oversize_reply'), 'accepted'],
  [unavailable('in_flight_limit'), 'unsent'],
  [unavailable('request_too_large'), 'unsent'],
  [unavailable('closed'), 'unsent'],
  [refused('invalid_request', { wasSent: false }), 'unsent'],
  [refused('service_overloaded', { details: { reason: 'deadline' } }), 'ignored'],
  [refused('service_overloaded', { details: { reason: 'predicted_wait' } }), 'refused'],
])('%j tells admission: %s', (answer, outcome) => {
  expect(outcomeOfAnswer(answer, 5000)).toBe(outcome);
});

it.each([unavailable('timeout'), refused('timeout')])(
  'learns nothing from %j of a caller who hardly waited',
  (answer) => {
    expect([99, 100].map((ms) => outcomeOfAnswer(answer, ms))).toEqual(['ignored', 'failed']);
  },
);
