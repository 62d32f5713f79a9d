import { serverConfig } from './local-nats-config.js';

const input = { storeDir: '/store', logFile: '/log', portsDir: '/ports', version: '2.9.10' };

describe('the configuration of a local server', () => {
  it('listens on loopback and a free port unless told otherwise', () => {
    expect(serverConfig(input)).toContain('listen: "127.0.0.1:-1"');
    expect(serverConfig({ ...input, host: '0.0.0.0', port: 4222 })).toContain('"0.0.0.0:4222"');
  });

  it('syncs always where the server knows that, and only there', () => {
    expect(serverConfig({ ...input, version: '2.10.0' })).toContain('sync_interval: always');
    expect(serverConfig(input)).not.toContain('sync_interval');
  });
});
