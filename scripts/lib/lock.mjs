// One holder at a time, by process id: a lock whose holder has died is free.
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, say } from './console.mjs';

const WAIT_LIMIT_MS = 10 * 60_000;
const POLL_MS = 250;

/** When a process began, so that a reused id is not taken for its former owner. Empty where the system does not tell. */
function birthOf(pid) {
  if (!existsSync('/proc/self/stat')) return '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? 'dead' : fields[18];
  } catch {
    return 'dead';
  }
}

function isAlive({ pid, birth }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return birthOf(pid) === birth;
}

function readLock(file) {
  try {
    const [pid, birth = ''] = readFileSync(file, 'utf8').split(' ');
    return { pid: Number(pid), birth };
  } catch {
    return undefined;
  }
}

/** The pid of the live process that holds the lock, if any. */
export function lockHolder(file) {
  const holder = readLock(file);
  return holder && isAlive(holder) ? holder.pid : undefined;
}

/** A link appears with its content in one step, so nobody ever reads a lock without a holder. */
function createLock(file) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${birthOf(process.pid)}`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes the lock file or answers the pid of the live holder. The file goes away when this process ends. */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (createLock(file)) {
      process.once(
        'exit',
        () => readLock(file)?.pid === process.pid && rmSync(file, { force: true }),
      );
      return { taken: true };
    }
    const holder = lockHolder(file);
    if (holder === process.pid) return { taken: true };
    if (holder) return { taken: false, holder };
    rmSync(file, { force: true });
  }
  return { taken: false, holder: lockHolder(file) };
}

/** Runs `work` alone; waits for another holder, at most ten minutes. */
export async function withLock(file, what, work) {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  let told = false;
  for (;;) {
    const lock = tryLock(file);
    if (lock.taken) break;
    if (performance.now() > deadline) {
      throw new UserError(
        `${what} is held by process ${lock.holder} for more than ten minutes; remove ${file} if that process has nothing to do with it.`,
      );
    }
    if (!told) say(`  waiting: process ${lock.holder} is busy with ${what}`);
    told = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
