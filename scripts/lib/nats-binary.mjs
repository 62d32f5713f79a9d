// Finds a nats-server, or fetches Debian's package into `.tools/`: that needs no root and starts no service.
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, say, withProgress } from './console.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const USUAL_FOLDERS = [
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/opt/homebrew/bin',
  '/home/linuxbrew/.linuxbrew/bin',
  '/snap/bin',
];
const UNPACKED = join(root, '.tools/nats');
const LOCAL_FOLDERS = [join(UNPACKED, 'usr/sbin'), join(UNPACKED, 'usr/bin')];
const APT_ATTEMPTS = 5;
const APT_PAUSE_MS = 2_000;
const APT_LIMIT_MS = 120_000;

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const firstIn = (folders) =>
  folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);

/** NATS_SERVER_BIN, then PATH, then the usual folders, then `.tools/`. */
function findNatsServer(env = process.env) {
  const named = env.NATS_SERVER_BIN;
  if (named) {
    if (isExecutable(named)) return named;
    throw new UserError(`NATS_SERVER_BIN=${named} is not an executable file.`);
  }
  const path = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return firstIn([...path, ...USUAL_FOLDERS, ...LOCAL_FOLDERS]);
}

/** Another apt may hold a lock or be writing its lists, so every step is tried a few times. */
async function aptRetried(args, cwd) {
  for (let attempt = 1; ; attempt += 1) {
    const result = await run(['apt-get', '-qq', ...args], { cwd, limitMs: APT_LIMIT_MS });
    if (
      result.ok ||
      attempt === APT_ATTEMPTS ||
      /Unable to locate|No candidate|Can't select|not found/i.test(result.output)
    )
      return result.ok;
    await sleep(APT_PAUSE_MS);
  }
}

async function unpackDebianPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'beamline-nats-'));
  try {
    if (!(await aptRetried(['download', 'nats-server'], folder))) return undefined;
    const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
    const unpacked = join(folder, 'unpacked');
    if (!archive || !(await run(['dpkg-deb', '-x', join(folder, archive), unpacked])).ok)
      return undefined;
    rmSync(UNPACKED, { recursive: true, force: true });
    cpSync(unpacked, UNPACKED, { recursive: true });
    return firstIn(LOCAL_FOLDERS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchOnDebian() {
  say(
    'nats-server not found: unpacking the Debian package into .tools/ (no root needed, no service started) …',
  );
  return withProgress('nats-server', async () => {
    const unpacked = await unpackDebianPackage();
    if (unpacked || process.getuid?.() !== 0) return unpacked;
    say('  the package lists may be missing: apt-get update');
    await aptRetried(['update'], root);
    return unpackDebianPackage();
  });
}

const HOW_TO_GET_ONE = `nats-server was not found, and it is needed unless NATS_URL points at a NATS server with JetStream. Any of these will do:

  Debian, Ubuntu   sudo apt-get update && sudo apt-get install nats-server
  other Linux      take the binary of https://github.com/nats-io/nats-server/releases and set NATS_SERVER_BIN=/path/to/nats-server
  macOS            brew install nats-server
  Docker           docker run --rm -p 4222:4222 nats:2 -js     and in another shell: NATS_URL=nats://127.0.0.1:4222 npm start`;

/** The path of a nats-server, fetched where that is possible. Throws a UserError that tells how to get one elsewhere. */
export async function ensureNatsServer(env = process.env) {
  const found = findNatsServer(env);
  if (found) return found;
  const debian = existsSync('/etc/debian_version') && isExecutable('/usr/bin/apt-get');
  const fetched = debian ? await fetchOnDebian() : undefined;
  if (!fetched) throw new UserError(HOW_TO_GET_ONE);
  say(`  ${fetched}`);
  return fetched;
}
