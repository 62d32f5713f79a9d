// `npm run bench:gateway [-- --rounds 5] [-- --scale 1] [-- --check-only]`: builds what is needed, measures what gateways are worth that
// know the router's load, and writes bench/results/gateway.json and its table in docs/performance.md.
import { spawnSync } from 'node:child_process';
import { prepare } from '../scripts/lib/prepare.mjs';
import { root, tool } from '../scripts/lib/workspace.mjs';

function run([command, ...args]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const args = process.argv.slice(2);
await prepare({ build: true, nats: true });
console.log('Building the bench …');
run(tool('@nestjs/cli/bin/nest.js', 'build', '-c', 'bench/nest-cli.json'));
const GC = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
run([process.execPath, ...GC, 'dist/bench/bench/gateway/gateway.bench.js', ...args]);
run([process.execPath, 'dist/bench/bench/report.js']);
