import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, describeConfig, loadGatewayConfig, loadRouterConfig } from '../index.js';

describe('reading the environment', () => {
  it('fills in every default', () => {
    const config = loadRouterConfig({});

    expect(config).toMatchObject({
      grpcPort: 9000,
      httpPort: 9001,
      jsBackoffDecide: [1000, 5000, 15_000],
    });
    expect(config.natsPassword).toBeUndefined();
  });

  it.each`
    name                               | text                           | property                     | value
    ${'GRPC_PORT'}                     | ${'0'}                         | ${'grpcPort'}                | ${0}
    ${'NATS_RECONNECT_ATTEMPTS'}       | ${'-1'}                        | ${'natsReconnectAttempts'}   | ${-1}
    ${'DLQ_ENABLED'}                   | ${'FALSE'}                     | ${'dlqEnabled'}              | ${false}
    ${'DLQ_ENABLED'}                   | ${'1'}                         | ${'dlqEnabled'}              | ${true}
    ${'JS_BACKOFF_DECIDE'}             | ${'10, 20'}                    | ${'jsBackoffDecide'}         | ${[10, 20]}
    ${'JS_BACKOFF_DECIDE'}             | ${'[10,20]'}                   | ${'jsBackoffDecide'}         | ${[10, 20]}
    ${'RESULT_ACK_ALLOWED_TENANTS'}    | ${'acme,globex'}               | ${'resultAckAllowedTenants'} | ${['acme', 'globex']}
    ${'RESULT_ACK_ALLOWED_TENANTS'}    | ${'{"acme":true,"x":false}'}   | ${'resultAckAllowedTenants'} | ${['acme']}
    ${'METRICS_PORT'}                  | ${'9100'}                      | ${'httpPort'}                | ${9100}
    ${'NATS_URL'}                      | ${''}                          | ${'natsUrl'}                 | ${'nats://127.0.0.1:4222'}
    ${'QUEUE_OVERLOAD'}                | ${'-5'}                        | ${'queueOverload'}           | ${-5}
    ${'BACKPRESSURE_POLICY'}           | ${'{"retry_after_seconds":5}'} | ${'backpressurePolicy'}      | ${{ retry_after_seconds: 5 }}
    ${'BACKPRESSURE_POLICY'}           | ${'"none"'}                    | ${'backpressurePolicy'}      | ${'none'}
    ${'BACKPRESSURE_HTTP_STATUS'}      | ${'503'}                       | ${'backpressureHttpStatus'}  | ${503}
    ${'OVERLOAD_TRUSTED_TENANTS'}      | ${'*'}                         | ${'overloadTrustedTenants'}  | ${['*']}
    ${'BEAMLINE_ROUTER_ADMIN_API_KEY'} | ${'key-of-tests'}              | ${'adminApiKey'}             | ${'key-of-tests'}
    ${'NATS_URL'}                      | ${'nats://a:1,tls://b:2'}      | ${'natsUrl'}                 | ${'nats://a:1,tls://b:2'}
  `('$name=$text is $value', ({ name, text, property, value }) => {
    const config: object = loadRouterConfig({ [name]: text });

    expect(config).toHaveProperty(property, value);
  });

  it.each`
    name                            | text                       | because
    ${'GRPC_PORT'}                  | ${'12abc'}                 | ${'integers are digits only'}
    ${'GRPC_PORT'}                  | ${'1e3'}                   | ${'integers are digits only'}
    ${'GRPC_PORT'}                  | ${' 9000'}                 | ${'nothing is trimmed'}
    ${'GRPC_PORT'}                  | ${'9000.0'}                | ${'integers have no fraction'}
    ${'GRPC_PORT'}                  | ${'65536'}                 | ${'there is no such port'}
    ${'GRPC_PORT'}                  | ${'99999999999999999'}     | ${'it is no safe integer'}
    ${'DLQ_ENABLED'}                | ${'yes'}                   | ${'only true, false, 1 and 0 are booleans'}
    ${'JS_BACKOFF_DECIDE'}          | ${'1,,2'}                  | ${'a list has no empty entries'}
    ${'JS_BACKOFF_DECIDE'}          | ${'[1,"2"]'}               | ${'entries have the type of the list'}
    ${'JS_BACKOFF_DECIDE'}          | ${'[1,'}                   | ${'it is no JSON'}
    ${'RESULT_ACK_ALLOWED_TENANTS'} | ${'[]'}                    | ${'an empty list would serve nobody'}
    ${'RESULT_ACK_ALLOWED_TENANTS'} | ${'["ac me"]'}             | ${'it is no tenant id'}
    ${'DECIDE_SUBJECT'}             | ${'beamline.*.decide'}     | ${'a subject to serve has no wildcard'}
    ${'NATS_URL'}                   | ${'http://localhost'}      | ${'NATS does not speak HTTP'}
    ${'LOG_LEVEL'}                  | ${'loud'}                  | ${'levels are a closed set'}
    ${'POLICIES_DIR'}               | ${'/does/not/exist'}       | ${'the folder has to exist'}
    ${'QUEUE_OVERLOAD'}             | ${'NaN'}                   | ${'a threshold is a number'}
    ${'BACKPRESSURE_POLICY'}        | ${'{"retry_after":5}'}     | ${'the map has no such field'}
    ${'BACKPRESSURE_POLICY'}        | ${'{"alert_on_active":1}'} | ${'a field has its type'}
    ${'BACKPRESSURE_POLICY'}        | ${'{'}                     | ${'it is no JSON'}
    ${'BACKPRESSURE_HTTP_STATUS'}   | ${'500'}                   | ${'refusals have one of two statuses'}
    ${'PROMETHEUS_URL'}             | ${'file:///etc/passwd'}    | ${'Prometheus speaks HTTP'}
  `('$name=$text is refused: $because', ({ name, text }) => {
    expect(problemsOf({ [name]: text })).toEqual([
      expect.objectContaining({ key: name, value: text, source: 'environment' }),
    ]);
  });

  it('names the rule that a value breaks', () => {
    expect(() => loadRouterConfig({ GRPC_PORT: '12abc' })).toThrow(
      'GRPC_PORT="12abc" (environment): must be an integer from 0 to 65535',
    );
  });

  it('reports every problem at once', () => {
    const keys = problemsOf({ GRPC_PORT: 'x', LOG_LEVEL: 'y', NATS_URI: 'z', NATS_USERNAME: 'u' });

    expect(keys.map(({ key }) => key).toSorted()).toEqual([
      'GRPC_PORT',
      'LOG_LEVEL',
      'NATS_URI',
      'NATS_USERNAME',
    ]);
  });
});

describe('the key of admin calls', () => {
  it.each(['short', 'has space'])('is refused when it is "%s", and never shown', (text) => {
    expect(problemsOf({ ADMIN_API_KEY: text })).toEqual([
      expect.objectContaining({ key: 'ADMIN_API_KEY', value: '[REDACTED]' }),
    ]);
  });

  it('is not the one of the examples, except in tests', () => {
    const example = { ADMIN_API_KEY: 'dev-admin-key' };

    expect(problemsOf(example).map(({ key }) => key)).toEqual(['ADMIN_API_KEY']);
    expect(loadRouterConfig({ ...example, NODE_ENV: 'test' }).adminApiKey).toBe('dev-admin-key');
  });
});

describe('unknown keys', () => {
  it('stop the start and name the nearest key', () => {
    expect(problemsOf({ NATS_URI: 'nats://x' })).toEqual([
      expect.objectContaining({ key: 'NATS_URI', rule: 'unknown key, did you mean NATS_URL?' }),
    ]);
  });

  it('say why, where the contract has the key and the router does not', () => {
    expect(problemsOf({ NATS_MODE: 'mock' })[0]?.rule).toContain(
      'always talks to a real NATS server',
    );
  });

  it.each([
    { PATH: '/bin', HOME: '/root', LOGNAME: 'me', HTTPS_PORT: '1' },
    { GATEWAY_PORT: '8081', ROUTER_REQUEST_TIMEOUT_MS: 'not ours to judge' },
    {
      NATS_SERVICE_HOST: '10.0.0.1',
      NATS_SERVICE_PORT_CLIENT: '4222',
      NATS_PORT: 'tcp://10.0.0.1:4222',
    },
    { NATS_PORT_4222_TCP_ADDR: '10.0.0.1', GRPC_PORT: 'tcp://10.0.0.2:9000' },
    { NATS_SERVER_BIN: '/x', NATS_DATA_DIR: '/y', GRPC_TRACE: 'all', BEAMLINE_DATA_DIR: '/z' },
  ])('are not ours when other software owns them: %j', (env) => {
    expect(loadRouterConfig(env)).toEqual(loadRouterConfig({}));
  });
});

describe('rules between keys', () => {
  it.each`
    env                                                             | rule
    ${{ NATS_RECONNECT_DELAY_MS: '50000' }}                         | ${'NATS_RECONNECT_DELAY_MS must be at most NATS_MAX_RECONNECT_DELAY_MS'}
    ${{ NATS_TLS_ENABLED: 'true', NATS_TLS_CERT_FILE: __filename }} | ${'NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE must be set together'}
    ${{ NATS_TLS_CA_FILE: __filename }}                             | ${'TLS files need NATS_TLS_ENABLED=true'}
    ${{ NATS_PASSWORD: 'x' }}                                       | ${'NATS_USERNAME and NATS_PASSWORD must be set together'}
    ${{ SHUTDOWN_DRAIN_MS: '20000' }}                               | ${'SHUTDOWN_DRAIN_MS must be at most SHUTDOWN_GRACE_MS'}
    ${{ GRPC_PORT: '9001' }}                                        | ${'gRPC and HTTP cannot listen on the same address and port'}
    ${{ DECIDE_SUBJECT: 'beamline.router.v1.decide.async.x' }}      | ${'DECIDE_SUBJECT must neither equal it nor lie below it'}
    ${{ DLQ_SUBJECT_PATTERN: '{subject}' }}                         | ${'dead letters must not lead back into the intake'}
  `('$rule', ({ env, rule }) => {
    expect(problemsOf(env)).toEqual([
      expect.objectContaining({ rule: expect.stringContaining(rule) }),
    ]);
  });

  it('an alias and its key may both be given with one value', () => {
    expect(loadRouterConfig({ METRICS_PORT: '7000', HTTP_PORT: '7000' }).httpPort).toBe(7000);
  });

  it('an alias and its key with different values are refused', () => {
    const env = { NATS_TLS_CA_FILE: '/a', NATS_TLS_CA_CERT_FILE: '/b' };

    expect(problemsOf(env)[0]?.rule).toBe('given as NATS_TLS_CA_FILE too, with another value');
  });
});

describe('the file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'config-'));
  const file = join(dir, 'router.json');
  afterAll(() => rmSync(dir, { recursive: true }));

  it('has the same keys in lower or upper case, and the environment wins', () => {
    writeFileSync(file, '{"grpc_port": 1, "HTTP_PORT": 2, "js_backoff_decide": [7]}');

    const config = loadRouterConfig({ CONFIG_FILE: file, GRPC_PORT: '3' });

    expect(config).toMatchObject({ grpcPort: 3, httpPort: 2, jsBackoffDecide: [7] });
  });

  it('is judged as strictly as the environment', () => {
    writeFileSync(file, '{"grpc_port": "1", "colour": "red", "http_host": null}');

    expect(
      problemsOf({ CONFIG_FILE: file })
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['COLOUR', 'GRPC_PORT', 'HTTP_HOST']);
  });

  it.each(['', '[1]', '{"grpc_port"', 'null'])('that is no JSON object is refused: %j', (text) => {
    writeFileSync(file, text);

    expect(problemsOf({ CONFIG_FILE: file })[0]?.key).toBe('CONFIG_FILE');
  });

  it('that is missing is refused', () => {
    expect(problemsOf({ CONFIG_FILE: join(dir, 'missing') })[0]?.key).toBe('CONFIG_FILE');
  });
});

describe('secrets', () => {
  const NKEY = `SU${'A'.repeat(56)}`;

  it('are never part of a message', () => {
    const env = {
      NATS_PASSWORD: 'hunter2',
      NATS_NKEY: 'hunter2',
      NATS_TOKEN: 'hunter2',
      NATS_URL: 'nats://u:hunter2@h',
    };

    expect(messageOf(env)).not.toContain('hunter2');
  });

  it('are masked in the description of a configuration', () => {
    const config = loadRouterConfig({
      NATS_USERNAME: 'router',
      NATS_PASSWORD: 'hunter2',
      NATS_NKEY: NKEY,
    });

    const described = JSON.stringify(describeConfig(config));

    expect(described).not.toContain('hunter2');
    expect(described).not.toContain(NKEY);
    expect(described).toContain('"nats_username":"router"');
  });

  it('long values are cut in messages', () => {
    expect(messageOf({ LOG_LEVEL: 'x'.repeat(10_000) }).length).toBeLessThan(300);
  });
});

it('the gateway has its own keys and shares those of NATS and logs', () => {
  const config = loadGatewayConfig({ GATEWAY_PORT: '0', GRPC_PORT: '9999', LOG_LEVEL: 'debug' });

  expect(config).toMatchObject({ gatewayPort: 0, logLevel: 'debug', gatewayMaxBodySize: 65_536 });
  expect(config).not.toHaveProperty('grpcPort');
});

it('a configuration cannot be changed', () => {
  expect(Object.isFrozen(loadRouterConfig({}))).toBe(true);
});

function problemsOf(env: Record<string, string>): ConfigError['problems'] {
  try {
    loadRouterConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function messageOf(env: Record<string, string>): string {
  try {
    loadRouterConfig(env);
  } catch (error) {
    return String(error);
  }
  throw new Error('the configuration was accepted');
}
