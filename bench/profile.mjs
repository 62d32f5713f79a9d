// `node bench/profile.mjs <nats|grpc|http|intake> [seconds] [contestant]`: puts the router, or what it is compared with, under load with
// a CPU profile and prints the packages and functions that took the time. Needs a build: `npm run bench -- --quick` makes one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root } from '../scripts/lib/workspace.mjs';

const script = 'dist/bench/bench/profile/profile-router.js';
if (!existsSync(new URL(`../${script}`, import.meta.url))) {
  console.error('The bench is not built yet: run npm run bench -- --quick first.');
  process.exit(1);
}
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
