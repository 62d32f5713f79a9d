import fc from 'fast-check';
import { isSensitiveKey, redactText, sanitizedError } from './redact.js';
import { sanitize, sanitizeText } from './sanitize.js';

it.each([
  'password',
  'api_key',
  'apiKey',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'Authorization',
  'credit_card',
  'ssn',
  'email',
  'phone',
  'bearer',
  'X-Api-Key',
  'x-auth-token',
  'x-authorization',
  'natsPassword',
])('the key %s is sensitive', (key) => {
  expect(isSensitiveKey(key)).toBe(true);
});

it.each(['prompt_tokens', 'tenant_id', 'idempotency_key', 'policy_id', 'emails_sent'])(
  'the key %s is not',
  (key) => {
    expect(isSensitiveKey(key)).toBe(false);
  },
);

it.each`
  text                               | redacted
  ${'token=abc123'}                  | ${'token=[REDACTED]'}
  ${'Authorization: Bearer abc.def'} | ${'Authorization: [REDACTED]'}
  ${'{"password":"hunter2","a":1}'}  | ${'{"password":"[REDACTED]","a":1}'}
  ${'sent bearer abc.def-ghi'}       | ${'sent bearer [REDACTED]'}
  ${'nats://user:pass@host:4222'}    | ${'nats://[REDACTED]@host:4222'}
  ${'API-KEY = k'}                   | ${'API-KEY = [REDACTED]'}
  ${'unexpected token in JSON'}      | ${'unexpected token in JSON'}
`('$text is written $redacted', ({ text, redacted }) => {
  expect(redactText(text)).toBe(redacted);
});

it('the message of an error that gives a secret away is replaced', () => {
  expect(sanitizedError('login failed: password=x')).toBe('[REDACTED: contains sensitive data]');
  expect(sanitizedError('login failed')).toBe('login failed');
});

it('masks secrets at any depth', () => {
  const value = { a: [{ b: { password: 'hunter2', note: 'token=hunter2' } }] };

  expect(JSON.stringify(sanitize(value))).not.toContain('hunter2');
});

it('survives cycles, getters that throw, proxies and values that JSON does not know', () => {
  const cycle: Record<string, unknown> = { big: 10n, nan: Number.NaN, bytes: new Uint8Array(9) };
  cycle['self'] = cycle;
  Object.defineProperty(cycle, 'bad', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );

  expect(sanitize({ cycle, hostile })).toEqual({
    cycle: { big: '10', nan: 'NaN', bytes: '[9 bytes]', self: '[circular]', bad: '[unreadable]' },
    hostile: '[unreadable]',
  });
});

it('never throws and always gives JSON of bounded size', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withNullPrototype: true,
        maxDepth: 12,
      }),
      (value) => {
        const text = JSON.stringify({ value: sanitize(value) });
        expect(text.length).toBeLessThan(512 * 13_000);
      },
    ),
  );
});

it('says how much was left out', () => {
  expect(sanitize(Array.from({ length: 70 }, (_, index) => index))).toHaveLength(65);
  expect(sanitizeText('x'.repeat(3000))).toMatch(/… \[952 more characters\]$/);
});
