import { spawn } from 'node:child_process';
import { eventually } from '@beamline/testing';
import { GUARD } from './guard.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that guards `sleep` the way a local nats-server is guarded, and the process id of that sleep. */
async function aGuardedSleep(): Promise<{ kill: () => void; pid: number }> {
  const script = `
    const shell = require('node:child_process').spawn('/bin/sh', ['-c', process.argv[1], 'x', 'sleep', '60'],
      { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    shell.stdout.once('data', (line) => process.stdout.write(line));`;
  const env = { ...process.env, BEAMLINE_GUARD_LOG: '/dev/null' };
  const parent = spawn(process.execPath, ['-e', script, GUARD], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
  });
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
  return { pid, kill: () => parent.kill('SIGKILL') };
}

describe('the guard', () => {
  it('ends the command when the process that started it is killed', async () => {
    const { pid, kill } = await aGuardedSleep();
    expect(isAlive(pid)).toBe(true);
    kill();
    await eventually(() => !isAlive(pid));
  });

  it('ends a command that is stopped as well', async () => {
    const { pid, kill } = await aGuardedSleep();
    process.kill(pid, 'SIGSTOP');

    kill();

    await eventually(() => !isAlive(pid));
  });
});
