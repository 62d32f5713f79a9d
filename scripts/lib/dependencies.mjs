// node_modules: installed when it does not hold what package-lock.json asks for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, say, seconds, withProgress } from './console.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const FLAGS = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev'];
const MINIMUM_NODE = [20, 19];

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const recent = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  if (!recent)
    throw new UserError(
      `Node ${MINIMUM_NODE.join('.')} or later is needed; this is ${version}. See https://nodejs.org`,
    );
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};

/** npm writes its own record of what it installed, last of all: a broken-off installation has none. */
function isInstalled(folder = root) {
  const record = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const have = readPackages(record);
  return Object.entries(readPackages(join(folder, 'package-lock.json'))).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.optional ||
      wanted.devOptional ||
      have[path]?.version === wanted.version,
  );
}

function npmCommand(...args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js') ? [process.execPath, cli, ...args] : ['npm', ...args];
}

/** `npm ci`; where a registry lacks something the lock file names, the same versions without the lock. */
export async function ensureDependencies() {
  if (isInstalled()) return;
  say('Installing dependencies (npm ci) …');
  const startedMs = performance.now();
  let result = await withProgress('npm ci', () => run(npmCommand('ci', ...FLAGS)));
  if (!result.ok) {
    say('  npm ci failed, trying npm install without the lock file');
    result = await withProgress('npm install', () =>
      run(npmCommand('install', '--no-save', '--no-package-lock', ...FLAGS)),
    );
  }
  if (!result.ok) {
    throw new UserError(
      `The dependencies could not be installed. What npm said:\n${result.output}\nIs the registry reachable (npm ping)?`,
    );
  }
  say(`  installed in ${seconds(performance.now() - startedMs)}`);
}
