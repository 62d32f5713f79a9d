import { connect } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { spawn } from 'node:child_process';
import { eventually, freePort, startTestNats } from './index.js';

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

describe('the guard', () => {
  it('ends the command when the process that started it is killed', async () => {
    // The same pipe-holding shell, started by a process that is then killed without a chance to clean up.
    const script = `
      const { spawn } = require('node:child_process');
      const guard = 'exec 3<&0; "$@" </dev/null >/dev/null 2>&1 & c=$!; echo $c; exec >/dev/null; (cat <&3 >/dev/null; kill -TERM $c) & wait $c';
      const shell = spawn('/bin/sh', ['-c', guard, 'x', 'sleep', '60'], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
      shell.stdout.once('data', (line) => process.stdout.write(line));
    `;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
    });
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await eventually(() => !isAlive(pid));
  });
});
