import { ConfigError, describeConfig, loadGatewayConfig } from '../index.js';

describe('callers of the gateway', () => {
  const KEYS = '{"app":{"key":"key-of-tests-0001","role":"user","tenants":["acme"]}}';
  const problems = (env: Record<string, string>): readonly { key: string; value?: string }[] => {
    try {
      loadGatewayConfig(env);
      return [];
    } catch (error) {
      return error instanceof ConfigError ? error.problems : [];
    }
  };

  it('are known by keys, which are never shown', () => {
    const config = loadGatewayConfig({ GATEWAY_API_KEYS: KEYS, GATEWAY_AUTH_REQUIRED: 'true' });

    expect(config.gatewayApiKeys?.['app']).toEqual({
      key: 'key-of-tests-0001',
      role: 'user',
      tenants: ['acme'],
    });
    expect(JSON.stringify(describeConfig(config))).not.toContain('key-of-tests-0001');
  });

  it('must show who they are only where that is said, or can be: then it is left to the gateway', () => {
    expect(loadGatewayConfig({ GATEWAY_API_KEYS: KEYS }).gatewayAuthRequired).toBeUndefined();
    expect(problems({ GATEWAY_AUTH_REQUIRED: 'false' })).toEqual([]);
  });

  it.each`
    name                       | text                                              | because
    ${'GATEWAY_API_KEYS'}      | ${'{"app":{"key":"short","role":"user"}}'}        | ${'a short key can be guessed'}
    ${'GATEWAY_API_KEYS'}      | ${'{"app":{"key":"key-of-tests-01","role":"x"}}'} | ${'roles are a closed set'}
    ${'GATEWAY_API_KEYS'}      | ${'{}'}                                           | ${'an empty list would serve nobody'}
    ${'GATEWAY_JWT_SECRET'}    | ${'too short'}                                    | ${'a short secret can be guessed'}
    ${'GATEWAY_JWT_JWKS_URL'}  | ${'http://keys.example.com/jwks'}                 | ${'keys must come from whom they claim to'}
    ${'GATEWAY_AUTH_REQUIRED'} | ${'true'}                                         | ${'nobody could come in'}
    ${'GATEWAY_MAX_STREAMS'}   | ${'10'}                                           | ${'one tenant cannot have more than all'}
  `('$name=$text is refused: $because', ({ name, text }) => {
    expect(problems({ [name]: text })).toEqual([
      expect.objectContaining({ source: expect.any(String) }),
    ]);
  });

  it('cannot share a key, and tokens have one source of keys', () => {
    const twice =
      '{"a":{"key":"key-of-tests-0001","role":"user"},"b":{"key":"key-of-tests-0001","role":"admin"}}';
    const env = {
      GATEWAY_API_KEYS: twice,
      GATEWAY_JWT_SECRET: 'x'.repeat(32),
      GATEWAY_JWT_JWKS_URL: 'https://keys.example.com/jwks',
    };

    expect(problems(env).map(({ key }) => key)).toEqual(['GATEWAY_JWT_SECRET', 'GATEWAY_API_KEYS']);
    expect(JSON.stringify(problems(env))).not.toContain('key-of-tests-0001');
  });
});
