// `npm run bench [-- --quick] [-- --only <name>]`: builds what is needed, runs every bench in its own process, and writes
// bench/results/*.json and the tables of docs/performance.md.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { prepare } from '../scripts/lib/prepare.mjs';
import { root, tool } from '../scripts/lib/workspace.mjs';

const BENCHES = {
  decide: [
    '--expose-gc',
    '--min-semi-space-size=256',
    '--max-semi-space-size=256',
    'decide/decide.bench',
  ],
  admission: [
    '--expose-gc',
    '--min-semi-space-size=256',
    '--max-semi-space-size=256',
    'admission/admission.bench',
  ],
  transports: ['transports/transports.bench'],
  intake: ['intake/intake.bench'],
  memory: ['--expose-gc', 'memory/memory.bench'],
};

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const unknown = values.only.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown) {
    throw new Error(`there is no bench ${unknown}; benches: ${Object.keys(BENCHES).join(', ')}`);
  }
  return values;
}

function run([command, ...args]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const compiled = (name) => `dist/bench/bench/${name}.js`;

const { only, quick, rounds } = readArguments();
const startedMs = performance.now();
await prepare({ build: true, nats: true });
console.log('Building the bench …');
run(tool('@nestjs/cli/bin/nest.js', 'build', '-c', 'bench/nest-cli.json'));
const options = [...(quick ? ['--quick'] : []), ...(rounds ? ['--rounds', rounds] : [])];
for (const name of only.length > 0 ? only : Object.keys(BENCHES)) {
  const args = [...BENCHES[name]];
  const module = args.pop();
  console.log(`\n== ${name} ==`);
  run([process.execPath, ...args, compiled(module), ...options]);
}
if (!quick) run([process.execPath, compiled('report')]);
console.log(`Done in ${Math.round((performance.now() - startedMs) / 1_000)} s.`);
