import { connect } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { freePort, startTestNats } from './index.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('startTestNats', () => {
  it('comes back on the same port with the same data after kill -9', async () => {
    const nats = await startTestNats();
    const first = nats.pid;
    try {
      const connection = await connect({ servers: nats.url });
      const manager = await jetstreamManager(connection);
      await manager.streams.add({ name: 'kept', subjects: ['kept.>'] });
      await jetstream(connection).publish('kept.one', 'data');
      await connection.close();

      await nats.kill();
      expect(isAlive(first)).toBe(false);
      await nats.restart();

      const again = await connect({ servers: nats.url });
      const info = await (await jetstreamManager(again)).streams.info('kept');
      expect(info.state.messages).toBe(1);
      expect(nats.pid).not.toBe(first);
      await again.close();
    } finally {
      await nats.stop();
    }
    expect(isAlive(nats.pid)).toBe(false);
  });

  it('tells what the server said when it refuses its configuration', async () => {
    await expect(startTestNats({ config: ['no_such_key_at_all: 1', '}'] })).rejects.toThrow(
      /ended before it listened; its log ends with: .*no_such_key|ended before it listened.*(?:line|parse|unknown|unexpected)/i,
    );
  });

  it('says which port is taken', async () => {
    const nats = await startTestNats();
    const taken = startTestNats({ config: [`listen: "127.0.0.1:${nats.port}"`] });
    await expect(taken).rejects.toThrow(/address already in use/);
    await nats.stop();
  });
});

describe('freePort', () => {
  it('answers a port that can be listened on', async () => {
    expect(await freePort()).toBeGreaterThan(1023);
  });
});
