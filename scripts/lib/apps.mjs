// Router and gateway-adapter as children, and the addresses they report once they serve.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entryPoint } from './build.mjs';
import { UserError, withProgress } from './console.mjs';

const READY_LIMIT_MS = 60_000;
const POLL_MS = 25;

// A foreground run ends within five seconds of Ctrl-C, so the apps get less than their default to finish what they hold.
const FOREGROUND_DEFAULTS = { SHUTDOWN_GRACE_MS: '2500', SHUTDOWN_DRAIN_MS: '0' };

const commandOf = (app) => [process.execPath, '--enable-source-maps', entryPoint(app)];

/** Starts an app, by default the built one, and answers what it wrote to its READY_FILE: `{ http, grpc?, nats, pid }`. */
export async function startApp(children, app, { env, data, command = commandOf(app), cwd }) {
  const readyFile = join(data, `${app}.ready.json`);
  rmSync(readyFile, { force: true });
  const { BEAMLINE_DATA_DIR: _ours, ...rest } = {
    ...FOREGROUND_DEFAULTS,
    ...env,
    READY_FILE: readyFile,
  };
  children.start(app, command, { env: rest, cwd, logFile: join(data, `${app}.log`) });
  return withProgress(app, async () => {
    for (let waitedMs = 0; waitedMs < READY_LIMIT_MS; waitedMs += POLL_MS) {
      if (existsSync(readyFile)) return JSON.parse(readFileSync(readyFile, 'utf8'));
      await sleep(POLL_MS);
    }
    throw new UserError(
      `${app} was not ready within ${READY_LIMIT_MS / 1000} s; see ${join(data, `${app}.log`)}`,
    );
  });
}
