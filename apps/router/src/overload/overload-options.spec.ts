import { DEFAULT_SETTINGS } from '@beamline/backpressure/core';
import { loadRouterConfig } from '@beamline/config';
import { overloadDefaultsOf, overloadNotesOf, trustOf } from './overload-options.js';

const defaultsOf = (env: Readonly<Record<string, string>>) =>
  overloadDefaultsOf(loadRouterConfig(env));

it('is the contract where nothing is configured', () => {
  expect(defaultsOf({})).toEqual(DEFAULT_SETTINGS);
});

it.each([
  [{ QUEUE_OVERLOAD: '0' }, { thresholds: { queueOverload: 1 } }],
  [{ LATENCY_OVERLOAD_MS: '-7' }, { thresholds: { latencyOverloadMs: 1 } }],
  [{ BACKPRESSURE_POLICY: '"none"' }, { policy: DEFAULT_SETTINGS.policy }],
  [
    { BACKPRESSURE_POLICY: '{"retry_after_seconds":0,"recovery_threshold":7}' },
    { policy: { retryAfterSeconds: 1, recoveryThreshold: 1 } },
  ],
  [{ OVERLOAD_SLO_MS: '900' }, { admission: { sloMs: 900 } }],
  [{ LATENCY_OVERLOAD_MS: '90000' }, { thresholds: { latencyOverloadMs: 90_000 } }],
  [{ OVERLOAD_PERMIT_TTL_MS: '10000' }, { admission: { permitTtlMs: 10_000 } }],
  [{ OVERLOAD_MODE: 'shadow' }, { admission: { mode: 'shadow' } }],
])('with %j it is %j', (env, expected) => {
  expect(defaultsOf(env)).toMatchObject(expected);
});

it('says what counts as something else than was configured', () => {
  const notes = overloadNotesOf(
    loadRouterConfig({ QUEUE_OVERLOAD: '0', LATENCY_OVERLOAD_MS: '7' }),
  );

  expect(notes).toEqual([expect.stringMatching(/queue_overload.*1/)]);
  expect(overloadNotesOf(loadRouterConfig({}))).toEqual([]);
});

it('says what cannot be used instead of guessing', () => {
  expect(() => defaultsOf({ BACKPRESSURE_POLICY: '{"max_retry_attempts":1.5}' })).toThrow(
    /max_retry_attempts/,
  );
});

it('refuses to give requests up before their objective could be missed', () => {
  const env = { OVERLOAD_SLO_MS: '90000', OVERLOAD_PERMIT_TTL_MS: '90000' };

  expect(() => defaultsOf(env)).toThrow(/permit_ttl_ms.* 180000 \(got 90000\)/);
});

it.each([
  [{}, undefined, false],
  [{}, 'acme', false],
  [{ OVERLOAD_TRUSTED_TENANTS: 'acme' }, 'acme', true],
  [{ OVERLOAD_TRUSTED_TENANTS: 'acme' }, 'globex', false],
  [{ OVERLOAD_TRUSTED_TENANTS: 'acme' }, undefined, false],
  [{ OVERLOAD_TRUSTED_TENANTS: '*' }, undefined, true],
])('with %j the tenant %s may be critical: %s', (env, tenant, expected) => {
  expect(trustOf(loadRouterConfig({ ...env }))(tenant)).toBe(expected);
});
