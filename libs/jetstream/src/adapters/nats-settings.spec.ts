import { natsLinkOptionsOf, type NatsSettings } from './nats-settings.js';

it('asks for no TLS where the configuration switches it off', () => {
  expect(natsLinkOptionsOf('router', someSettings({ natsTlsCaFile: 'ca.pem' }))).not.toHaveProperty(
    'tls',
  );
});

it('hands on the files of TLS that are given, and those alone', () => {
  const settings = someSettings({ natsTlsEnabled: true, natsTlsCaFile: 'ca.pem' });

  expect(natsLinkOptionsOf('router', settings).tls).toEqual({ verify: true, caFile: 'ca.pem' });
});

it('takes an empty credential for none', () => {
  const settings = someSettings({ natsUsername: 'router', natsPassword: '', natsJwt: '' });

  expect(natsLinkOptionsOf('router', settings).credentials).toEqual({ username: 'router' });
});

it('reaches every server of the list', () => {
  const { servers } = natsLinkOptionsOf('router', someSettings({ natsUrl: 'nats://a,nats://b' }));

  expect(servers).toEqual(['nats://a', 'nats://b']);
});

function someSettings(changed: Partial<NatsSettings>): NatsSettings {
  return {
    natsUrl: 'nats://127.0.0.1:4222',
    natsConnectTimeoutMs: 1000,
    natsReconnectDelayMs: 100,
    natsMaxReconnectDelayMs: 1000,
    natsTlsEnabled: false,
    natsTlsVerify: true,
    ...changed,
  };
}
