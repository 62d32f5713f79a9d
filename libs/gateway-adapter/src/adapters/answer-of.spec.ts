import { ScriptedGateway } from '@beamline/testing';
import { answerOf } from './answer-of.js';
import type { DecideOutcome } from './gateway-types.js';

const REFUSED: DecideOutcome = {
  kind: 'refused',
  error: {
    code: 'service_overloaded',
    message: 'full',
    details: {},
    intakeErrorCode: null,
    requestId: 'r-1',
    retryAfterMs: 2001,
  },
};

it('hands a decision on byte for byte, with the ids of its request', () => {
  const body = Buffer.from('{"ok":true}');

  const answer = answerOf({ kind: 'decided', body }, { 'x-trace-id': 't-1' });

  expect(answer).toMatchObject({ status: 200, headers: { 'x-trace-id': 't-1' } });
  expect(answer.body).toBe(body);
});

it.each([
  [undefined, 429],
  [503, 503],
] as const)('answers a refusal of the router, set to %s, with %i and its wait', (set, status) => {
  const answer = answerOf(REFUSED, {}, set);

  expect([answer.status, answer.headers['retry-after'] ?? answer.headers['Retry-After']]).toEqual([
    status,
    '3',
  ]);
});

it('answers with the gateway’s own refusal where the router was not asked', () => {
  const gateway = new ScriptedGateway();
  gateway.refuse();
  const entry = gateway.admission().enter({});
  if (entry.admitted) throw new Error('it was let in');

  expect(answerOf({ kind: 'shed', refusal: entry.refusal })).toEqual(entry.refusal.http({}));
});

it('answers with 503 where no router answered', () => {
  expect(answerOf({ kind: 'unavailable', reason: 'timeout' }).status).toBe(503);
});
