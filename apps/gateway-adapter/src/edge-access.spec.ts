import { SUBJECTS } from '@beamline/contracts/core';
import { SignJWT } from 'jose';
import { readFileSync } from 'node:fs';
import { DECISION, GatewayBench, KEYS } from './gateway-bench.fixture.js';

const bench = new GatewayBench();
const call = bench.call.bind(bench);
const decide = bench.decide.bind(bench);
const read = async (response: Response): Promise<any> => response.json();

beforeEach(() => bench.open());
afterEach(() => bench.close());
afterAll(() => bench.end());

const by = (name: keyof typeof KEYS) => ({ 'x-api-key': KEYS[name].key });

describe('where callers must say who they are', () => {
  const AUTH = { GATEWAY_API_KEYS: JSON.stringify(KEYS) };

  it('callers that cannot be known are let in only where that is said aloud, and at start', async () => {
    await bench.start({ ...AUTH, GATEWAY_AUTH_REQUIRED: 'false' });
    await bench.serve(SUBJECTS.decide, DECISION);

    expect((await decide()).status).toBe(200);
    expect(bench.warnings).toContainEqual(
      expect.stringContaining('GATEWAY_AUTH_REQUIRED is false'),
    );
  });

  it('a client that goes on with a token of yesterday is told so for ever, and not blocked', async () => {
    const secret = 'a-secret-of-at-least-32-characters';
    const token = await new SignJWT({ tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(1000)
      .sign(new TextEncoder().encode(secret));
    await bench.start({ GATEWAY_JWT_SECRET: secret, GATEWAY_AUTH_MAX_FAILURES: '1' });

    for (let count = 0; count < 4; count += 1) {
      const refused = await decide({ authorization: `Bearer ${token}` });
      expect(refused.status).toBe(401);
      expect((await read(refused)).error.message).toBe('the token has expired');
    }
    expect(await (await call('/metrics')).text()).toContain(
      'gateway_callers_refused_total{reason="unfit"} 4',
    );
  });

  it('nobody else gets anything but health, metrics and the OpenAPI document', async () => {
    await bench.start(AUTH);

    for (const path of ['/health', '/metrics', '/api/openapi.json']) {
      expect([path, (await call(path)).status]).toEqual([path, 200]);
    }
    for (const path of [
      '/api/v1/routes/decide/r1',
      '/api/v1/messages/m1',
      '/api/v1/messages/m1/stream',
      '/api/v1/policies/acme',
      '/api/v1/policies/acme/default',
      '/api/v1/policies/acme/default/complexity',
      '/api/v1/extensions/health',
      '/api/v1/extensions/circuit-breakers',
      '/api/v1/backpressure',
    ]) {
      const refused = await call(path);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
      expect(await read(refused)).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    }
  });

  it('a caller acts for its tenant, whatever the body says, and its key stays at the gateway', async () => {
    await bench.start(AUTH);
    let headers: unknown;
    bench.router.subscribe(SUBJECTS.decide, {
      callback: (_error, message) => {
        headers = [
          message.headers?.get('tenant_id'),
          ...(message.headers?.keys() ?? []).filter((name) => /key|auth/i.test(name)),
        ];
        message.respond(JSON.stringify(DECISION));
      },
    });
    await bench.router.flush();

    expect((await decide(by('app'))).status).toBe(200);
    expect(headers).toEqual(['acme']);
    const other = await decide({ ...by('app'), 'x-tenant-id': 'globex' });
    expect(other.status).toBe(403);
    expect((await read(other)).error.code).toBe('forbidden');
  });
});

it('a tenant over its limit hears how long to wait, and everybody where it stands', async () => {
  await bench.start({ GATEWAY_RATE_LIMIT_ENABLED: 'true', GATEWAY_RATE_LIMIT_DECIDE: '2' });
  await bench.serve(SUBJECTS.decide, DECISION);
  const headers = { 'x-tenant-id': 'acme' };

  const first = await decide(headers);
  await decide(headers);
  const over = await decide(headers);
  const other = await decide({ 'x-tenant-id': 'globex' });

  expect(first.status).toBe(200);
  expect(first.headers.get('x-ratelimit-limit')).toBe('2');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
  expect(over.status).toBe(429);
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(50);
  expect((await read(over)).error.code).toBe('rate_limited');
  expect(other.status).toBe(200);
});

describe('what only administrators ask', () => {
  const AUTH = { GATEWAY_API_KEYS: JSON.stringify(KEYS), ROUTER_ADMIN_API_KEY: 'admin-key-1' };

  it('goes to the router with its key, and its answer comes back as it is', async () => {
    await bench.start(AUTH);
    const heard: unknown[] = [];
    const note = (data: unknown, key?: string) => heard.push([data, key]);
    await bench.serve(
      'beamline.router.v1.admin.get_extension_health',
      { health: { pii: {} } },
      note,
    );
    await bench.serve('beamline.router.v1.admin.dry_run_pipeline', { ok: true, result: {} }, note);
    await bench.serve('beamline.router.admin.put_policy', { success: true }, note);

    expect(await read(await call('/api/v1/extensions/health', { headers: by('dev') }))).toEqual({
      health: { pii: {} },
    });
    const dryRun = { policy_id: 'p', payload: { a: 1 }, tenant_id: 'globex' };
    const headers = { ...by('dev'), 'x-tenant-id': 'acme' };
    await call('/api/v1/policies/dry-run', { method: 'POST', headers, body: dryRun });
    const put = { method: 'PUT', headers: by('ops'), body: { weights: {} } };
    expect((await call('/api/v1/policies/acme/p1', put)).status).toBe(200);

    expect(heard).toEqual([
      [{}, 'admin-key-1'],
      [{ ...dryRun, tenant_id: 'acme' }, 'admin-key-1'],
      [{ tenant_id: 'acme', policy_id: 'p1', policy: { weights: {} } }, 'admin-key-1'],
    ]);
  });

  const REFUSED = expect.stringContaining('ROUTER_ADMIN_API_KEY');
  it.each([
    [{ error: { code: 'INVALID_ARGUMENT', message: 'm' } }, 400, 'invalid_request', 'm'],
    [{ error: { code: 'POLICY_NOT_FOUND', message: 'm' } }, 404, 'policy_not_found', 'm'],
    [{ error: { code: 'CONFLICT', message: 'm' } }, 409, 'conflict', 'm'],
    [{ error: { code: 'PIPELINE_ERROR', message: 'm' } }, 500, 'extension_error', 'm'],
    [{ error: { code: 'INTERNAL_ERROR', message: 'm' } }, 500, 'internal', 'm'],
    [{ error: { code: 'UNAUTHENTICATED', message: 'm' } }, 502, 'internal', REFUSED],
    [{ success: false, error: 'm' }, 400, 'invalid_request', 'm'],
    [{ success: false, error: 'not_found', message: 'm' }, 404, 'policy_not_found', 'm'],
    [{ success: false, error: 'unauthorized', message: 'm' }, 502, 'internal', REFUSED],
  ])('answered with %j is HTTP %d', async (reply, status, code, message) => {
    await bench.start(AUTH);
    await bench.serve('beamline.router.v1.admin.get_pipeline_complexity', reply);

    const answer = await call('/api/v1/policies/acme/p1/complexity', { headers: by('dev') });
    expect(answer.status).toBe(status);
    expect((await read(answer)).error).toMatchObject({ code, message });
  });

  it('answered with too many questions says when to come back', async () => {
    await bench.start(AUTH);
    const error = { code: 'RESOURCE_EXHAUSTED', message: 'm' };
    await bench.serve('beamline.router.admin.get_policy', { error });

    const answer = await call('/api/v1/policies/acme/p1', { headers: by('dev') });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('is 501 where the router does not serve it, and 503 where there is no router', async () => {
    await bench.start(AUTH);
    const none = await call('/api/v1/extensions/circuit-breakers', { headers: by('dev') });
    await bench.serve(SUBJECTS.statusBackpressure, { success: true, data: {} });
    const unserved = await call('/api/v1/extensions/circuit-breakers', { headers: by('dev') });

    expect(none.status).toBe(503);
    expect(unserved.status).toBe(501);
    expect((await read(unserved)).error).toMatchObject({
      code: 'not_implemented',
      message: 'the router does not serve beamline.router.v1.admin.get_circuit_breaker_states',
    });
  });

  it('is refused to those who may not, and with ids or bodies that break the rules', async () => {
    await bench.start(AUTH);

    const put = { method: 'PUT', headers: by('dev'), body: {} };
    expect((await call('/api/v1/policies/acme/p1', put)).status).toBe(403);
    expect((await call('/api/v1/policies/acme', { headers: by('app') })).status).toBe(403);
    expect((await call('/api/v1/extensions/health')).status).toBe(401);
    const bad = await call('/api/v1/policies/acme/p%201', { headers: by('dev') });
    expect(bad.status).toBe(400);
    expect((await read(bad)).error.message).toContain('policyId must have 1 to 255');
    expect((await call('/api/v1/policies/a%20b', { headers: by('dev') })).status).toBe(400);
    expect((await call('/api/v1/policies/a%20b')).status).toBe(401);
    const dryRun = { method: 'POST', headers: by('dev'), body: '[1]' };
    expect((await call('/api/v1/policies/dry-run', dryRun)).status).toBe(400);
  });
});

it('the OpenAPI document that is served is the one in docs', async () => {
  await bench.start();

  const served = await read(await call('/api/openapi.json'));
  expect(served).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
});
