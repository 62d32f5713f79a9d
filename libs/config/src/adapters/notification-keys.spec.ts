import { ConfigError, describeConfig, loadRouterConfig } from '../index.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

function problems(env: Record<string, string>): readonly { key: string; value?: string }[] {
  try {
    loadRouterConfig(env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [];
  }
}

it('tells nobody over HTTP by default, calls this machine only, and beats every second', () => {
  const config = loadRouterConfig({});

  expect(config.gatewayEndpoints).toBeUndefined();
  expect(config).toMatchObject({
    gatewayEndpointSchemes: ['http', 'https'],
    gatewayEndpointHosts: ['localhost', '127.0.0.1', '[::1]'],
    gatewayMaxEndpoints: 1000,
    gatewayWebhookTimeoutMs: 2000,
    gatewayWebhookMaxAttempts: 5,
    gatewayNotifyHeartbeatMs: 1000,
    gatewayNotifyTtlMs: 3000,
  });
});

it('takes lists of endpoints, hosts and secrets', () => {
  const config = loadRouterConfig({
    GATEWAY_ENDPOINTS: 'http://gw-1:3000/hook, https://gw.example.com/a?b=c',
    GATEWAY_ENDPOINT_HOSTS: 'gw-1,*.example.com,10.0.0.0/8,[fd00::1]',
    GATEWAY_ENDPOINT_PORTS: '443,8443',
    GATEWAY_WEBHOOK_SECRETS: `${SECRET},${SECRET}`,
  });

  expect(config.gatewayEndpoints).toEqual([
    'http://gw-1:3000/hook',
    'https://gw.example.com/a?b=c',
  ]);
  expect(config.gatewayEndpointHosts).toHaveLength(4);
  expect(config.gatewayEndpointPorts).toEqual([443, 8443]);
  expect(config.gatewayWebhookSecrets).toEqual([SECRET, SECRET]);
});

it('never shows secrets', () => {
  const config = loadRouterConfig({
    GATEWAY_WEBHOOK_SECRETS: SECRET,
    GATEWAY_WEBHOOK_BEARER_TOKEN: 'token-of-tests',
  });

  const shown = JSON.stringify(describeConfig(config));
  expect(shown).not.toContain(SECRET);
  expect(shown).not.toContain('token-of-tests');
});

it.each`
  name                              | text                                | because
  ${'GATEWAY_ENDPOINTS'}            | ${'ftp://gw/hook'}                  | ${'notifications go over HTTP'}
  ${'GATEWAY_ENDPOINTS'}            | ${`http://gw/${'x'.repeat(2040)}`}  | ${'an endpoint has at most 2047 bytes'}
  ${'GATEWAY_ENDPOINT_SCHEMES'}     | ${'http,gopher'}                    | ${'schemes are a closed set'}
  ${'GATEWAY_ENDPOINT_HOSTS'}       | ${'a host'}                         | ${'hosts have no spaces'}
  ${'GATEWAY_ENDPOINT_PORTS'}       | ${'0'}                              | ${'nobody listens there'}
  ${'GATEWAY_WEBHOOK_CA_FILE'}      | ${'/no/such/file'}                  | ${'there is no such file'}
  ${'GATEWAY_WEBHOOK_SECRETS'}      | ${'whsec_c2hvcnQ='}                 | ${'a short secret can be guessed'}
  ${'GATEWAY_WEBHOOK_SECRETS'}      | ${SECRET.replace('whsec_', 'sec_')} | ${'a secret says what it is'}
  ${'GATEWAY_WEBHOOK_BEARER_TOKEN'} | ${'two words'}                      | ${'a header would end there'}
  ${'GATEWAY_NOTIFY_TTL_MS'}        | ${'1000'}                           | ${'it must outlast a heartbeat'}
  ${'GATEWAY_NOTIFY_HEARTBEAT_MS'}  | ${'10'}                             | ${'gateways would be flooded'}
`('$name=$text is refused: $because', ({ name, text }) => {
  expect(problems({ [name]: text })).toHaveLength(1);
  expect(JSON.stringify(problems({ [name]: text }))).not.toContain(SECRET.slice('whsec_'.length));
});

it('cannot name more endpoints than may be registered', () => {
  const env = { GATEWAY_ENDPOINTS: 'http://a/,http://b/', GATEWAY_MAX_ENDPOINTS: '1' };

  expect(problems(env)).toHaveLength(1);
});
