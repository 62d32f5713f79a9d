// Child processes that run to their end.
import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

const KEPT_OUTPUT_CHARS = 20_000;

// What still runs when we end is ended with us: a SIGTERM reaches this process alone, not what it started.
const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/**
 * Runs a command to its end and answers `{ ok, code, output }`; never throws.
 * `show: true` passes the output through, otherwise its last 20 000 characters are kept.
 */
export function run([command, ...args], { show = false, cwd = root, env = process.env } = {}) {
  return new Promise((done) => {
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT_CHARS));
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', () => running.delete(child));
    child.once('error', (error) =>
      done({ ok: false, code: null, output: `${output}${error.message}` }),
    );
    child.once('close', (code) => done({ ok: code === 0, code, output }));
  });
}
