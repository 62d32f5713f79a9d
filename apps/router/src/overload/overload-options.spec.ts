import { DEFAULT_SETTINGS } from '@beamline/backpressure/core';
import { loadRouterConfig } from '@beamline/config';
import { overloadDefaultsOf, trustOf } from './overload-options.js';

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
  [{ OVERLOAD_MODE: 'shadow' }, { admission: { mode: 'shadow' } }],
])('with %j it is %j', (env, expected) => {
  expect(defaultsOf(env)).toMatchObject(expected);
});

it('says what cannot be used instead of guessing', () => {
  expect(() => defaultsOf({ BACKPRESSURE_POLICY: '{"max_retry_attempts":1.5}' })).toThrow(
    /max_retry_attempts/,
  );
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
