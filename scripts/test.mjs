// `npm test`: everything that CI runs, in this order, on a clone that needs nothing but Node.
// `node scripts/test.mjs lint unit` runs the named stages only.
import { UserError, reportAndExit, say, seconds } from './lib/console.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { tool } from './lib/workspace.mjs';

/**
 * How long a stage may take, in seconds: several times what it takes on two cores. A stage that hangs is ended, never waited for.
 * `npm test` as a whole aims at less than ten minutes.
 */
const LIMIT_S = { unit: 600, simulation: 300, e2e: 480, load: 480, bench: 240, other: 180 };

// Specs wait for servers more than they compute: as many side by side as there are cores, where Jest's default leaves one out.
const jest = (project) => [
  tool('jest/bin/jest.js', '--selectProjects', project, '--maxWorkers=100%'),
];
const script = (path, ...args) => [process.execPath, path, ...args];

/** A stage is a list of commands; the first that fails ends it. */
const STAGES = {
  types: [tool('typescript-7/bin/tsc', '-p', 'tsconfig.json', '--noEmit')],
  format: [tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')],
  lint: [tool('oxlint/bin/oxlint', '--type-aware', '.')],
  arch: [
    tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      'apps',
      'libs',
    ),
  ],
  unused: [tool('knip/bin/knip.js')],
  generated: [
    script('scripts/generate-proto.mjs', '--check'),
    script('scripts/generate-config-docs.mjs', '--check'),
    script('scripts/generate-openapi.mjs', '--check'),
    script('scripts/module-graph.mjs', '--check'),
    script('scripts/adr.mjs', 'check'),
    script('scripts/check-containers.mjs', '--static'),
  ],
  unit: jest('unit'),
  architecture: jest('architecture'),
  simulation: jest('simulation'),
  conformance: jest('conformance'),
  e2e: jest('e2e'),
  load: [tool('jest/bin/jest.js', '--selectProjects', 'load', '--runInBand')],
  // Sees that the overload bench runs; a machine that does other things too is no place for its figures.
  bench: [script('bench/overload.mjs', '--smoke')],
};

function chosenStages(names) {
  const unknown = names.find((name) => !Object.hasOwn(STAGES, name));
  if (unknown)
    throw new UserError(`There is no stage ${unknown}. Stages: ${Object.keys(STAGES).join(', ')}`);
  return names.length > 0 ? names : Object.keys(STAGES);
}

async function runStage(name, env) {
  say(`\n── ${name}`);
  const startedMs = performance.now();
  const limitMs = (LIMIT_S[name] ?? LIMIT_S.other) * 1000;
  for (const command of STAGES[name]) {
    const { ok, timedOut } = await run(command, { show: true, env, limitMs });
    if (timedOut) {
      say(`\n${name} did not end within ${seconds(limitMs)} and was killed: ${command.join(' ')}`);
    }
    if (!ok) return { name, result: 'FAILED', ms: performance.now() - startedMs };
  }
  return { name, result: 'ok', ms: performance.now() - startedMs };
}

function summaryLine({ name, result, ms }) {
  return `  ${name.padEnd(14)}${result.padEnd(9)}${ms === undefined ? '' : seconds(ms).padStart(8)}`;
}

function summary(rows) {
  const totalMs = rows.reduce((sum, { ms = 0 }) => sum + ms, 0);
  return `\n${[...rows, { name: 'all', result: '', ms: totalMs }].map(summaryLine).join('\n')}\n`;
}

async function main() {
  const names = chosenStages(process.argv.slice(2));
  const startedMs = performance.now();
  const natsServer = await prepare({
    build: names.includes('e2e') || names.includes('load'),
    nats: true,
  });
  const rows = [{ name: 'set-up', result: 'ok', ms: performance.now() - startedMs }];
  // Tests start NATS servers of their own and must not meet one that the environment names.
  const { NATS_URL: _ignored, ...rest } = process.env;
  const env = {
    ...rest,
    NATS_SERVER_BIN: natsServer,
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  };
  for (const name of names) {
    const failed = rows.some(({ result }) => result === 'FAILED');
    rows.push(failed ? { name, result: 'not run' } : await runStage(name, env));
  }
  say(summary(rows));
  process.exit(rows.every(({ result }) => result === 'ok') ? 0 : 1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
main().catch(reportAndExit);
