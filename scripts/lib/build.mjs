// dist/: built when a source differs from what was built last.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, say, seconds, withProgress } from './console.mjs';
import { run } from './run.mjs';
import { root, tool } from './workspace.mjs';

const APPS = ['router', 'gateway-adapter'];
const SOURCES = ['apps', 'libs', 'proto', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];

/** The file that starts an app. */
export const entryPoint = (app) => join(root, 'dist/apps', app, 'apps', app, 'src/main.js');

function* filesUnder(path) {
  const entries = readdirSync(join(root, path), { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  for (const entry of entries) {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesUnder(child);
    else if (!entry.name.endsWith('spec.ts')) yield child;
  }
}

function sourceHash() {
  const hash = createHash('sha256').update(process.versions.node);
  for (const source of SOURCES) {
    const files = source.includes('.') ? [source] : filesUnder(source);
    for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function isFresh(stamp, hash, entries) {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash &&
    entries.every((entry) => existsSync(entry))
  );
}

/** Builds projects of nest-cli.json, in parallel, unless nothing changed since they were built last. */
async function ensureProjects(projects, stamp, entries) {
  const hash = sourceHash();
  if (isFresh(stamp, hash, entries)) return;
  say('Building …');
  const startedMs = performance.now();
  rmSync(stamp, { force: true });
  const results = await withProgress('build', () =>
    Promise.all(projects.map((project) => run(tool('@nestjs/cli/bin/nest.js', 'build', project)))),
  );
  const failed = results.findIndex(({ ok }) => !ok);
  if (failed >= 0)
    throw new UserError(`The build of ${projects[failed]} failed:\n${results[failed].output}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, hash);
  say(`  built in ${seconds(performance.now() - startedMs)}`);
}

/** Builds every app. */
export const ensureBuilt = () =>
  ensureProjects(APPS, join(root, 'dist/.build-stamp'), APPS.map(entryPoint));

/** The door of the simulator as it was built. */
export const simulatorEntry = join(root, 'dist/libs/simulator/libs/simulator/src/index.js');

export const ensureSimulatorBuilt = () =>
  ensureProjects(['simulator'], join(root, 'dist/.simulator-stamp'), [simulatorEntry]);
