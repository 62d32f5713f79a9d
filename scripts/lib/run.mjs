// Child processes that run to their end.
import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

const KEPT_OUTPUT_CHARS = 20_000;
const DEFAULT_LIMIT_MS = 10 * 60_000;

// What still runs when we end is ended with us: a SIGTERM reaches this process alone, not what it started.
const running = new Set();
process.once('exit', () => running.forEach((child) => endGroup(child, 'SIGTERM')));

/** A command leads a process group of its own, so that its children end with it. */
function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}

/** SIGKILL to the whole group after `limitMs`: what hangs may be deaf to anything milder. Answers how to call it off. */
function endAfter(limitMs, child, onEnd) {
  const timer = setTimeout(() => {
    endGroup(child, 'SIGKILL');
    onEnd();
  }, limitMs);
  return () => clearTimeout(timer);
}

/**
 * Runs a command to its end and answers `{ ok, code, output, timedOut }`; never throws.
 * `show: true` passes the output through, otherwise its last 20 000 characters are kept.
 * `limitMs`: how long the command may take, ten minutes by default; at the limit it and its children are killed, and the output ends by saying so.
 */
export function run(
  [command, ...args],
  { show = false, cwd = root, env = process.env, limitMs = DEFAULT_LIMIT_MS } = {},
) {
  return new Promise((done) => {
    let output = '';
    let timedOut = false;
    const keep = (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT_CHARS));
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const callOff = endAfter(limitMs, child, () => {
      timedOut = true;
      keep(`\n${command} did not end within ${limitMs / 1000} s and was killed`);
    });
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', () => {
      running.delete(child);
      callOff();
    });
    child.once('error', (error) => {
      callOff();
      done({ ok: false, code: null, output: `${output}${error.message}`, timedOut });
    });
    child.once('close', (code) => done({ ok: code === 0, code, output, timedOut }));
  });
}
