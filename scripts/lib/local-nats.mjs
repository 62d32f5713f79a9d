// The managed NATS server of `npm start`: JetStream, loopback, a free port, its store under the data folder.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, withProgress } from './console.mjs';
import { run } from './run.mjs';

const READY_LIMIT_MS = 30_000;
const POLL_MS = 25;

/** `sync_interval: always` makes an acknowledgement mean "on disk"; servers before 2.10 refuse to start with it. */
function configFor(version, storeDir) {
  const [major, minor] = version;
  const syncs = major > 2 || (major === 2 && minor >= 10);
  return `jetstream { store_dir: ${JSON.stringify(storeDir)}${syncs ? ', sync_interval: always' : ''} }\nmax_payload: 2MB\n`;
}

async function versionOf(binary) {
  const { output } = await run([binary, '--version']);
  return (/v(\d+)\.(\d+)/.exec(output) ?? ['', '0', '0']).slice(1).map(Number);
}

function addressIn(folder) {
  try {
    const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
    return file && JSON.parse(readFileSync(join(folder, file), 'utf8')).nats?.[0];
  } catch {
    return undefined; // still being written
  }
}

/** Starts the server among `children` and answers its URL once it listens. */
export async function startLocalNats(children, binary, data) {
  const ports = join(data, 'nats-ports');
  const config = join(data, 'nats.conf');
  rmSync(ports, { recursive: true, force: true });
  mkdirSync(ports, { recursive: true });
  writeFileSync(config, configFor(await versionOf(binary), join(data, 'nats')));
  const args = ['-c', config, '-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', ports];
  children.start('nats-server', [binary, ...args], {
    env: process.env,
    logFile: join(data, 'nats-server.log'),
  });
  return withProgress('nats-server', async () => {
    for (let waitedMs = 0; waitedMs < READY_LIMIT_MS; waitedMs += POLL_MS) {
      const url = addressIn(ports);
      if (url) return url;
      await sleep(POLL_MS);
    }
    throw new UserError(
      `nats-server did not listen within ${READY_LIMIT_MS / 1000} s; see ${join(data, 'nats-server.log')}`,
    );
  });
}
