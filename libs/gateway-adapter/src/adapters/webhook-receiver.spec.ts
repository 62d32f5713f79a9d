import { FakeClock } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import type { HttpHeaders } from '../core/check-headers.js';
import { WebhookReceiver, type WebhookReceiverOptions } from './webhook-receiver.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const FOREIGN_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const BODY = '{"type":"backpressure_status","subject":"süß"}';
const NOW_S = 1_700_000_000;

const clock = new FakeClock(NOW_S * 1000);

const receiverWith = (options: Partial<WebhookReceiverOptions> = {}): WebhookReceiver =>
  new WebhookReceiver({ secrets: [SECRET], wall: clock, ...options });

interface Sent {
  readonly id?: string;
  readonly atSeconds?: number;
  readonly body?: string;
  readonly secrets?: readonly string[];
}

/** Headers as a sender that keeps the specification writes them. */
const headersOf = ({
  id = 'm-1',
  atSeconds = NOW_S,
  body = BODY,
  secrets = [SECRET],
}: Sent = {}) => ({
  'webhook-id': id,
  'webhook-timestamp': String(atSeconds),
  'webhook-signature': secrets
    .map((secret) => new Webhook(secret).sign(id, new Date(atSeconds * 1000), body))
    .join(' '),
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const problemOf = (
  receiver: WebhookReceiver,
  headers: HttpHeaders,
  body: Uint8Array | undefined = bytes(BODY),
): string => {
  const received = receiver.receive(headers, body);
  return received.ok ? 'none' : `${received.status} ${received.problem}`;
};

beforeEach(() => clock.set(NOW_S * 1000));

describe('a webhook is believed', () => {
  it('when it is signed', () => {
    expect(receiverWith().receive(headersOf(), bytes(BODY))).toEqual({
      ok: true,
      id: 'm-1',
      value: JSON.parse(BODY),
    });
  });

  it('when any of the secrets signed it, among others or alone', () => {
    const receiver = receiverWith({ secrets: [SECRET, NEXT_SECRET] });

    expect(problemOf(receiver, headersOf({ id: 'a', secrets: [NEXT_SECRET] }))).toBe('none');
    expect(problemOf(receiver, headersOf({ id: 'b', secrets: [FOREIGN_SECRET, SECRET] }))).toBe(
      'none',
    );
  });

  it.each([-300, 300])('when the clock of its sender is %d seconds off', (seconds) => {
    const headers = headersOf({ atSeconds: NOW_S + seconds });

    expect(problemOf(receiverWith(), headers)).toBe('none');
  });

  it('when it brings the token that is asked for', () => {
    const receiver = receiverWith({ bearerToken: 'secret-token' });
    const headers = { ...headersOf(), authorization: 'bearer secret-token' };

    expect(problemOf(receiver, headers)).toBe('none');
  });
});

describe('a webhook is refused', () => {
  it.each<[string, string, HttpHeaders, Uint8Array | undefined]>([
    ['without a body', '400 body_missing', headersOf(), new Uint8Array()],
    ['with another body', '401 forged', headersOf(), bytes('{"type":"other"}')],
    ['with bytes that are no text', '401 forged', headersOf(), new Uint8Array([0x7b, 0xff, 0x7d])],
    ['signed by a stranger', '401 forged', headersOf({ secrets: [FOREIGN_SECRET] }), undefined],
    ['with another id', '401 forged', { ...headersOf(), 'webhook-id': 'm-2' }, undefined],
    [
      'with another time',
      '401 forged',
      { ...headersOf(), 'webhook-timestamp': String(NOW_S + 1) },
      undefined,
    ],
    ['signed too long ago', '401 stale', headersOf({ atSeconds: NOW_S - 301 }), undefined],
    ['signed in the future', '401 stale', headersOf({ atSeconds: NOW_S + 301 }), undefined],
    ['without an id', '400 headers_missing', { ...headersOf(), 'webhook-id': '' }, undefined],
    [
      'with two signature headers',
      '400 headers_missing',
      { ...headersOf(), 'webhook-signature': ['v1,a', 'v1,b'] },
      undefined,
    ],
    [
      'with no time but a text',
      '400 headers_missing',
      { ...headersOf(), 'webhook-timestamp': '1e9' },
      undefined,
    ],
    [
      'with more signatures than anybody needs',
      '400 headers_missing',
      { ...headersOf(), 'webhook-signature': 'v1,a '.repeat(300) },
      undefined,
    ],
    [
      'with an unknown scheme',
      '401 forged',
      { ...headersOf(), 'webhook-signature': headersOf()['webhook-signature'].replace('v1', 'v2') },
      undefined,
    ],
  ])('%s: %s', (...[, problem, headers, body]) => {
    expect(problemOf(receiverWith(), headers, body)).toBe(problem);
  });

  it('when it is larger than it may be', () => {
    const body = bytes('x'.repeat(65_537));

    expect(problemOf(receiverWith(), headersOf(), body)).toBe('413 body_too_large');
  });

  it.each([undefined, 'secret-token', 'Bearer secret-tokem', 'Basic secret-token', 'Bearer'])(
    'with the authorization %j where a token is asked for',
    (authorization) => {
      const receiver = receiverWith({ bearerToken: 'secret-token' });

      expect(problemOf(receiver, { ...headersOf(), authorization })).toBe('401 unauthorized');
    },
  );

  it('when it is signed but no JSON', () => {
    const body = 'no json';

    expect(problemOf(receiverWith(), headersOf({ body }), bytes(body))).toBe('400 malformed');
  });

  it('when it came before, also in a new attempt of its sender', () => {
    const receiver = receiverWith();
    receiver.receive(headersOf(), bytes(BODY));

    clock.advance(60_000);

    expect(problemOf(receiver, headersOf())).toBe('409 replayed');
    expect(problemOf(receiver, headersOf({ atSeconds: NOW_S + 60 }))).toBe('409 replayed');
  });

  it('as a replay for as long as it would pass for fresh, and as stale afterwards', () => {
    const receiver = receiverWith();
    receiver.receive(headersOf({ atSeconds: NOW_S + 300 }), bytes(BODY));

    clock.set((NOW_S + 600) * 1000);
    const last = problemOf(receiver, headersOf({ atSeconds: NOW_S + 300 }));
    clock.advance(1000);
    const after = problemOf(receiver, headersOf({ atSeconds: NOW_S + 300 }));

    expect([last, after]).toEqual(['409 replayed', '401 stale']);
  });

  it('without being remembered when it was forged: the true one may still come', () => {
    const receiver = receiverWith();
    receiver.receive(headersOf({ secrets: [FOREIGN_SECRET] }), bytes(BODY));

    expect(problemOf(receiver, headersOf())).toBe('none');
  });

  it('quoting nothing of what came', () => {
    const received = receiverWith().receive(headersOf({ id: 'm-42' }), bytes('evil'));

    expect(JSON.stringify(received)).not.toMatch(/m-42|evil|whsec/);
  });
});

describe('a receiver remembers', () => {
  it('so many at most, and forgets the oldest first', () => {
    const receiver = receiverWith({ maxRemembered: 2 });
    for (const id of ['a', 'b', 'c']) receiver.receive(headersOf({ id }), bytes(BODY));

    expect(problemOf(receiver, headersOf({ id: 'c' }))).toBe('409 replayed');
    expect(problemOf(receiver, headersOf({ id: 'b' }))).toBe('409 replayed');
    expect(problemOf(receiver, headersOf({ id: 'a' }))).toBe('none');
  });
});

describe('a receiver is not made', () => {
  it.each<[string, Partial<WebhookReceiverOptions>, string]>([
    ['without a secret', { secrets: [] }, 'needs 1 to 8 secrets (got 0)'],
    ['with nine secrets', { secrets: Array(9).fill(SECRET) }, 'needs 1 to 8 secrets (got 9)'],
    [
      'with a secret of another kind',
      { secrets: [SECRET, 'hunter2'] },
      'secrets[1] must be whsec_',
    ],
    ['with a short secret', { secrets: ['whsec_YWJj'] }, 'secrets[0] must be whsec_'],
    ['without patience', { toleranceSeconds: 0 }, 'toleranceSeconds must be ≥ 1 (got 0)'],
    ['without memory', { maxRemembered: 0 }, 'maxRemembered must be ≥ 1 (got 0)'],
  ])('%s', (...[, options, message]) => {
    expect(() => receiverWith(options)).toThrow(`WebhookReceiver ${message}`);
  });

  it('and never quotes a secret while refusing it', () => {
    expect(() => receiverWith({ secrets: ['hunter2'] })).not.toThrow(/hunter2/);
  });
});
