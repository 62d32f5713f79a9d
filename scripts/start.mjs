// `npm start`: everything from a fresh clone to a running system, in the foreground, until Ctrl-C.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startApp } from './lib/apps.mjs';
import { Children } from './lib/children.mjs';
import { UserError, reportAndExit, say } from './lib/console.mjs';
import { endpointsOf, removeEndpoints, writeEndpoints } from './lib/endpoints.mjs';
import { guide } from './lib/guide.mjs';
import { assertPortsFree } from './lib/listen-addresses.mjs';
import { startLocalNats } from './lib/local-nats.mjs';
import { tryLock } from './lib/lock.mjs';
import { prepare } from './lib/prepare.mjs';
import { dataDir, endpointsFile, root, startLock } from './lib/workspace.mjs';

const APPS_GRACE_MS = 3_000;
const NATS_GRACE_MS = 1_000;
const SAME_SIGNAL_MS = 500;

const startedMs = performance.now();
const data = dataDir();
const env = { POLICIES_DIR: join(root, 'examples/policies'), ...process.env };
const children = new Children((name, code, lastLines) => {
  console.error(`\n${name} ended by itself (${code}). Its last words:\n${lastLines}\n`);
  void stop(1);
});

let stoppingSinceMs;
async function stop(code) {
  if (stoppingSinceMs !== undefined) return;
  stoppingSinceMs = performance.now();
  removeEndpoints();
  say('\nStopping …');
  await children.stop(['gateway-adapter', 'router'], APPS_GRACE_MS);
  await children.stop(['nats-server'], NATS_GRACE_MS);
  say('Stopped.');
  process.exit(code);
}

function stopOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // One Ctrl-C arrives twice, from the terminal and passed on by npm. A later one means: at once.
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) {
        children.killAll();
        process.exit(1);
      }
      void stop(0);
    });
  }
  // A killed npm cannot pass its signal on: leave when it has gone.
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && void stop(0);
  if (process.env.npm_lifecycle_event) setInterval(watch, 300).unref();
}

function claimDataFolder() {
  mkdirSync(data, { recursive: true });
  const lock = tryLock(startLock());
  if (!lock.taken) {
    throw new UserError(
      `This clone is already running, as process ${lock.holder}; its addresses are in ${endpointsFile()}.\n` +
        'Stop it with Ctrl-C first. To run a second system beside it, give that one its own data folder and ports:\n' +
        '  BEAMLINE_DATA_DIR=.data/second GRPC_PORT=9100 HTTP_PORT=9101 GATEWAY_PORT=8180 npm start',
    );
  }
  removeEndpoints(); // whatever stood there belongs to a system that has gone
}

async function startAll() {
  claimDataFolder();
  await assertPortsFree(env);
  const natsServer = await prepare({ build: true, nats: !env.NATS_URL });
  if (natsServer) say('Starting nats-server …');
  const nats = env.NATS_URL || (await startLocalNats(children, natsServer, data));
  say('Starting router and gateway-adapter …');
  const options = { env: { ...env, NATS_URL: nats }, data };
  const [router, gateway] = await Promise.all([
    startApp(children, 'router', options),
    startApp(children, 'gateway-adapter', options),
  ]);
  const endpoints = endpointsOf({ nats, router, gateway });
  writeEndpoints(endpoints);
  const tookMs = performance.now() - startedMs;
  say(
    guide({ endpoints, data, policies: env.POLICIES_DIR, localNats: Boolean(natsServer), tookMs }),
  );
}

stopOnSignals();
try {
  await startAll();
} catch (error) {
  if (stoppingSinceMs === undefined) {
    if (existsSync(data))
      await children.stop(['gateway-adapter', 'router', 'nats-server'], NATS_GRACE_MS);
    reportAndExit(error);
  }
}
