// The processes of a running system: started under a guard, ended in order, never left behind.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from './log-file.mjs';

// The guard reads a pipe that we hold. When we die, even by SIGKILL, the pipe closes and the guard ends its child.
// `detached` keeps a Ctrl-C away from the child: it reaches us alone, and we stop the apps before the NATS server.
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- & child=$!
trap 'kill -TERM $child 2>/dev/null' TERM INT
(cat <&3 >/dev/null; kill -TERM $child 2>/dev/null) &
wait $child; status=$?
if [ $status -gt 128 ]; then wait $child; status=$?; fi
exit $status`;

const LAST_LINES = 15;

export class Children {
  #running = new Map();
  #stopping = false;
  #onUnexpectedEnd;

  /** `onUnexpectedEnd(name, code, lastLines)` is called when a child ends that nobody stopped. */
  constructor(onUnexpectedEnd) {
    this.#onUnexpectedEnd = onUnexpectedEnd;
  }

  /** Starts a process whose output goes to `logFile`. */
  start(name, [command, ...args], { env, cwd, logFile }) {
    const child = spawn('/bin/sh', ['-c', GUARD, name, command, ...args], {
      env,
      cwd,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const log = new LogFile(logFile);
    let tail = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        log.write(chunk);
        tail = (tail + chunk).slice(-8_000);
      });
    }
    child.stdin.on('error', () => {}); // the guard may be gone before its pipe
    const ended = new Promise((done) => child.once('close', done));
    child.once('exit', (code, signal) => {
      child.stdin.destroy();
      this.#running.delete(name);
      if (!this.#stopping)
        this.#onUnexpectedEnd(
          name,
          code ?? signal,
          tail.trimEnd().split('\n').slice(-LAST_LINES).join('\n'),
        );
    });
    this.#running.set(name, { child, ended });
  }

  /** Ends the named children together: SIGTERM, and SIGKILL to what is still there after `graceMs`. */
  async stop(names, graceMs) {
    this.#stopping = true;
    const chosen = names.map((name) => this.#running.get(name)).filter(Boolean);
    for (const { child } of chosen) child.kill('SIGTERM');
    const all = Promise.all(chosen.map(({ ended }) => ended));
    await Promise.race([all, sleep(graceMs, undefined, { ref: false })]);
    for (const name of names) this.#kill(name);
  }

  /** SIGKILL to everything, with its process group. */
  killAll() {
    this.#stopping = true;
    for (const name of this.#running.keys()) this.#kill(name);
  }

  #kill(name) {
    const entry = this.#running.get(name);
    if (!entry) return;
    try {
      process.kill(-entry.child.pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}
