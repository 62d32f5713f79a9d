// Makes the npm package of libs/gateway-adapter: `npm run package:gateway`. `--out <folder>` puts it elsewhere than dist/packages.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleCode } from './lib/bundle-code.mjs';
import { bundleTypes } from './lib/bundle-types.mjs';
import { UserError, reportAndExit, say } from './lib/console.mjs';
import { run } from './lib/run.mjs';
import { root } from './lib/workspace.mjs';

const LIB = join(root, 'libs/gateway-adapter');
/** The door that the others share their types with. */
const MAIN = 'index';
const COPIED = ['package.json', 'README.md', 'example'];

function outFolder(args) {
  const at = args.indexOf('--out');
  if (at === -1) return join(root, 'dist/packages');
  if (!args[at + 1]) throw new UserError('--out wants a folder');
  return resolve(process.env.INIT_CWD ?? process.cwd(), args[at + 1]);
}

/** `./nest` is built from src/package/nest.ts, `.` from src/package/index.ts. */
function doorsOf({ exports }) {
  const paths = Object.keys(exports).filter((path) => path !== './package.json');
  const names = paths.map((path) => (path === '.' ? MAIN : path.slice(2)));
  return Object.fromEntries(
    names.map((name) => [name, `libs/gateway-adapter/src/package/${name}.ts`]),
  );
}

/** What the code imports must be what the package declares, no more: an unlisted import fails at its user's. */
function checkPackages(imported, { dependencies = {}, peerDependencies = {} }) {
  const listed = { ...dependencies, ...peerDependencies };
  for (const [door, names] of Object.entries(imported)) {
    const unlisted = names.filter((name) => !Object.hasOwn(listed, name));
    if (unlisted.length > 0)
      throw new UserError(
        `libs/gateway-adapter/package.json lists no ${unlisted.join(', ')}, which ${door} imports`,
      );
  }
}

/** The main door must open where nothing optional is installed. */
function checkMain(imported, { peerDependenciesMeta = {} }) {
  const optional = imported[MAIN].filter((name) => peerDependenciesMeta[name]?.optional);
  if (optional.length > 0)
    throw new UserError(`The main door imports ${optional.join(', ')}, which is optional`);
}

/** A package of another version than the repository, or tried with another major version than it asks for, was not tried. */
function checkVersions({ version, dependencies = {}, peerDependencies = {} }) {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (version !== own.version)
    throw new UserError(`libs/gateway-adapter/package.json must have version ${own.version}`);
  for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
    const tried = own.dependencies[name] ?? '';
    if (range.split('.')[0] !== `^${tried.split('.')[0]}`)
      throw new UserError(
        `The package wants ${name} ${range}, but ${tried} is what it is tried with`,
      );
  }
}

async function main() {
  const manifest = JSON.parse(readFileSync(join(LIB, 'package.json'), 'utf8'));
  checkVersions(manifest);
  const out = outFolder(process.argv.slice(2));
  const folder = join(out, 'gateway-adapter');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const doors = doorsOf(manifest);
  const imported = await bundleCode(doors, join(folder, 'dist'));
  checkPackages(imported, manifest);
  checkMain(imported, manifest);
  say('  bundling the types, which takes some seconds');
  bundleTypes(doors, MAIN, join(folder, 'dist'));
  for (const name of COPIED) {
    if (existsSync(join(LIB, name)))
      cpSync(join(LIB, name), join(folder, name), { recursive: true });
  }
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const packed = await run(['npm', 'pack', '--silent', '--pack-destination', out], { cwd: folder });
  if (!packed.ok) throw new UserError(`npm pack failed\n${packed.output}`);
  const file = join(out, `beamline-gateway-adapter-${manifest.version}.tgz`);
  say(`${file} (${Math.ceil(statSync(file).size / 1024)} KiB)`);
}

main().catch(reportAndExit);
