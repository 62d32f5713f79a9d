import { AdminAccess, type AdminCall } from './admin-access.js';

const aCall = (changes: Partial<AdminCall> = {}): AdminCall => ({
  apiKey: undefined,
  authorization: undefined,
  remoteAddress: '127.0.0.1',
  host: 'localhost:9001',
  ...changes,
});

describe('without a key', () => {
  const access = new AdminAccess(undefined, false);

  it.each([
    ['127.0.0.1', 'localhost:9001'],
    ['127.8.9.1', '127.0.0.1'],
    ['::1', '[::1]:9001'],
    ['::ffff:127.0.0.1', 'LOCALHOST'],
  ])('%s asking for %s is let in', (remoteAddress, host) => {
    expect(access.judge(aCall({ remoteAddress, host }))).toEqual({ ok: true });
  });

  it.each([
    ['10.0.0.1', 'localhost', 'it is another machine'],
    ['127.0.0.1', 'evil.example', 'a browser was led here under another name'],
    ['1127.0.0.1', 'localhost', 'it only looks like loopback'],
    [undefined, 'localhost', 'nobody knows where it comes from'],
    ['127.0.0.1', undefined, 'it does not say whom it asks'],
  ])('%s asking for %s is refused: %s', (remoteAddress, host, _because) => {
    expect(access.judge(aCall({ remoteAddress, host }))).toMatchObject({ ok: false, status: 403 });
  });
});

it('lets nobody in without a key in production', () => {
  expect(new AdminAccess(undefined, true).judge(aCall())).toMatchObject({ ok: false, status: 403 });
});

describe('with a key', () => {
  const access = new AdminAccess('the-right-key', true);

  it.each([
    { apiKey: 'the-right-key' },
    { authorization: 'Bearer the-right-key' },
    { authorization: 'bearer   the-right-key' },
    { authorization: 'the-right-key' },
  ])('%j is let in from anywhere', (given) => {
    expect(access.judge(aCall({ remoteAddress: '10.0.0.1', ...given }))).toEqual({ ok: true });
  });

  it.each([{}, { apiKey: '' }, { apiKey: 'the-right-ke' }, { authorization: 'Bearer ' }])(
    '%j is refused, also from this machine',
    (given) => {
      expect(access.judge(aCall(given))).toMatchObject({ ok: false, status: 401 });
    },
  );
});

it.each([
  ['k'.repeat(8), true, 'by key'],
  [undefined, false, 'loopback and NATS'],
  [undefined, true, 'off'],
] as const)('says at start how admin calls are served', (key, isProduction, rule) => {
  expect(new AdminAccess(key, isProduction).rule).toBe(rule);
});

describe('over NATS', () => {
  it.each`
    key             | isProduction | given           | verdict                      | because
    ${undefined}    | ${false}     | ${undefined}    | ${{ ok: true }}              | ${'NATS says who may publish'}
    ${undefined}    | ${true}      | ${undefined}    | ${{ error: 'forbidden' }}    | ${'nobody has said who may'}
    ${'key-of-ops'} | ${false}     | ${undefined}    | ${{ error: 'unauthorized' }} | ${'there is a key'}
    ${'key-of-ops'} | ${false}     | ${'key-of-foe'} | ${{ error: 'unauthorized' }} | ${'it is another one'}
    ${'key-of-ops'} | ${true}      | ${'key-of-ops'} | ${{ ok: true }}              | ${'it is the key'}
  `('with $key in production $isProduction, $given is $verdict.ok: $because', (given) => {
    const access = new AdminAccess(given.key, given.isProduction);

    expect(access.judgeMessage(given.given)).toMatchObject(given.verdict);
  });
});
