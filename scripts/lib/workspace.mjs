// Where things are. Everything a script writes lives in `.data/`, `.tools/`, `dist/` or `node_modules/`, all ignored by git.
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What `npm start` keeps between runs. `BEAMLINE_DATA_DIR` moves it, so that several systems can run side by side. */
export function dataDir(env = process.env) {
  const chosen = env.BEAMLINE_DATA_DIR;
  if (!chosen) return join(root, '.data');
  return isAbsolute(chosen) ? chosen : resolve(env.INIT_CWD ?? process.cwd(), chosen);
}

/** Addresses of the running system, for scripts. Exists only while everything is ready. */
export const endpointsFile = (env = process.env) => join(dataDir(env), 'endpoints.json');

/** The command line that runs a tool of node_modules without a shell. */
export const tool = (path, ...args) => [
  process.execPath,
  join(root, 'node_modules', path),
  ...args,
];

/** Held by the `npm start` that uses the data folder. */
export const startLock = (env = process.env) => join(dataDir(env), 'start.lock');
