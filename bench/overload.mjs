// `npm run bench:overload [-- --only W2] [-- --runs 5] [-- --scale 1] [-- --smoke]`: builds what is needed, measures what protection is
// worth when more is asked than can be served, and writes bench/results/overload-*.json and the tables of docs/performance.md.
// `--smoke` takes some seconds and only sees that everything runs.
import { spawnSync } from 'node:child_process';
import { prepare } from '../scripts/lib/prepare.mjs';
import { root, tool } from '../scripts/lib/workspace.mjs';

function run([command, ...args]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const args = process.argv.slice(2);
const isSmoke = args.includes('--smoke');
await prepare({ build: !isSmoke, nats: true });
console.log('Building the bench …');
run(tool('@nestjs/cli/bin/nest.js', 'build', '-c', 'bench/nest-cli.json'));
run([process.execPath, 'dist/bench/bench/overload/overload.bench.js', ...args]);
if (!isSmoke) run([process.execPath, 'dist/bench/bench/report.js']);
