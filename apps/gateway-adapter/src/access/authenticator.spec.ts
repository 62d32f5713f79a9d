import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { ApiKeys } from './api-keys.js';
import { Authenticator } from './authenticator.js';
import { type TokenKeys, TokenVerifier } from './token-verifier.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const KEY = 'key-of-tests-0001';
const claims = { role: 'role', tenant: 'tenant_id' };

interface Changes {
  readonly required?: boolean;
  readonly keys?: TokenKeys;
  readonly issuer?: string;
  readonly audience?: string;
}

function anAuthenticator({ required = true, keys = { secret: SECRET }, ...more }: Changes = {}) {
  return new Authenticator({
    required,
    apiKeys: new ApiKeys({ app: { key: KEY, role: 'user', tenants: ['acme'] } }),
    tokens: new TokenVerifier({ keys, claims, ...more }),
  });
}

const aToken = (payload: JWTPayload = {}, expires: number | string = '1h') =>
  new SignJWT({ tenant_id: 'acme', sub: 'jo', ...payload })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(SECRET));
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

describe('a key', () => {
  it.each([{ 'x-api-key': KEY }, bearer(KEY), { authorization: `bearer  ${KEY}` }])(
    'is taken from %j',
    async (headers) => {
      expect(await anAuthenticator().identify(headers)).toEqual({
        ok: true,
        caller: { name: 'app', role: 'user', tenants: ['acme'] },
      });
    },
  );

  it('that nobody has is refused, even where none is needed', async () => {
    const identity = await anAuthenticator({ required: false }).identify({ 'x-api-key': 'other' });

    expect(identity).toMatchObject({ ok: false, reason: 'wrong' });
    expect(JSON.stringify(identity)).not.toContain('other');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['another scheme', { authorization: 'Basic abc' }],
    ['two of them', { 'x-api-key': [KEY, KEY] }],
  ])('cannot be read from %s', async (_what, headers) => {
    expect(await anAuthenticator().identify(headers)).toMatchObject({ ok: false, reason: 'wrong' });
  });
});

describe('without any', () => {
  it('a caller is refused where one is needed', async () => {
    expect(await anAuthenticator().identify({})).toMatchObject({ ok: false, reason: 'missing' });
  });

  it('a caller is anonymous where none is needed', async () => {
    expect(await anAuthenticator({ required: false }).identify({})).toMatchObject({
      ok: true,
      caller: { role: 'anonymous' },
    });
  });

  it('a header that nobody can check means nothing', async () => {
    const open = new Authenticator({ required: false, apiKeys: new ApiKeys(), tokens: undefined });

    expect(await open.identify(bearer('of-another-service'))).toMatchObject({ ok: true });
  });
});

describe('a token', () => {
  it('tells its holder, role and tenants', async () => {
    const token = await aToken({ role: ['developer', 'user'], tenant_id: ['acme', 'globex'] });

    expect(await anAuthenticator().identify(bearer(token))).toEqual({
      ok: true,
      caller: { name: 'token:jo', role: 'developer', tenants: ['acme', 'globex'] },
    });
  });

  it.each<[string, JWTPayload, string]>([
    ['no role', {}, 'user'],
    ['a role that does not exist', { role: 'root' }, 'anonymous'],
    ['a role that is no text', { role: 7 }, 'anonymous'],
  ])('with %s', async (_what, payload, role) => {
    const identity = await anAuthenticator().identify(bearer(await aToken(payload)));

    expect(identity).toMatchObject({ ok: true, caller: { role } });
  });

  it('of an admin counts for every tenant, of others only with its tenants', async () => {
    const admin = await aToken({ role: 'admin', tenant_id: undefined });
    const user = await aToken({ tenant_id: undefined });

    expect(await anAuthenticator().identify(bearer(admin))).toMatchObject({ ok: true });
    expect(await anAuthenticator().identify(bearer(user))).toEqual({
      ok: false,
      reason: 'unfit',
      message: 'the token needs the claim tenant_id',
    });
  });

  it.each<[string, 'wrong' | 'unfit', () => Promise<string>, Changes]>([
    ['has expired', 'unfit', () => aToken({}, 1000), {}],
    [
      'never expires',
      'unfit',
      () =>
        new SignJWT({ tenant_id: 'acme' })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(SECRET)),
      {},
    ],
    ['is another issuer’s', 'unfit', () => aToken({ iss: 'b' }), { issuer: 'a' }],
    ['is for another audience', 'unfit', () => aToken({ aud: 'b' }), { audience: 'a' }],
    ['was signed with another secret', 'wrong', () => aToken(), { keys: { secret: `${SECRET}x` } }],
    [
      'has expired and was signed with another secret',
      'wrong',
      () => aToken({}, 1000),
      { keys: { secret: `${SECRET}x` } },
    ],
    ['has tenants of a wrong type', 'unfit', () => aToken({ tenant_id: [7] }), {}],
    ['is endless', 'wrong', async () => `${await aToken()}${'x'.repeat(9000)}`, {}],
    [
      'is not signed',
      'wrong',
      async () => `eyJhbGciOiJub25lIn0.${(await aToken()).split('.')[1]}.x`,
      {},
    ],
  ])('is refused when it %s: it is %s', async (_what, reason, make, changes) => {
    const token = await make();
    const identity = await anAuthenticator(changes).identify(bearer(token));

    expect(identity).toMatchObject({ ok: false, reason });
    expect(JSON.stringify(identity)).not.toContain(token.slice(0, 30));
  });
});

describe('public keys', () => {
  let server: Server | undefined;
  const serve = async (status: number, body: string) => {
    server = createServer((_request, response) => response.writeHead(status).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  };
  const signed = async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
    const token = await new SignJWT({ tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('1h')
      .sign(privateKey);
    return { token, jwks: { keys: [jwk] } };
  };
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  it('verify tokens', async () => {
    const { token, jwks } = await signed();

    expect(await anAuthenticator({ keys: { jwks } }).identify(bearer(token))).toMatchObject({
      ok: true,
    });
  });

  it('are fetched', async () => {
    const { token, jwks } = await signed();
    const jwksUrl = await serve(200, JSON.stringify(jwks));

    expect(await anAuthenticator({ keys: { jwksUrl } }).identify(bearer(token))).toMatchObject({
      ok: true,
    });
  });

  it('never verify a token that was signed with a secret', async () => {
    const { jwks } = await signed();

    expect(
      await anAuthenticator({ keys: { jwks } }).identify(bearer(await aToken())),
    ).toMatchObject({
      ok: false,
      reason: 'wrong',
    });
  });

  it.each<[string, number, string]>([
    ['answers an error', 500, ''],
    ['answers no JSON', 200, '<html>'],
    ['answers no keys', 200, '{}'],
    ['redirects', 302, ''],
  ])(
    'cannot be had from a server that %s: nobody is to blame for that but it',
    async (_what, status, body) => {
      const { token } = await signed();
      const jwksUrl = await serve(status, body);

      expect(await anAuthenticator({ keys: { jwksUrl } }).identify(bearer(token))).toMatchObject({
        ok: false,
        reason: 'unavailable',
      });
    },
  );

  it('cannot be had from a server that hangs', async () => {
    const { token } = await signed();
    server = createServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const authenticator = anAuthenticator({ keys: { jwksUrl, timeoutMs: 50 } });

    expect(await authenticator.identify(bearer(token))).toMatchObject({ reason: 'unavailable' });
  });
});
