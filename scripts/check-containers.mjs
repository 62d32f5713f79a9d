// Checks what can be checked of docker/ without a container engine.
//   --static   the files alone: stages, user, health check, paths, the compose schema (part of `npm test`)
//   (default)  also carries out the Dockerfiles' own instructions in clean folders, starts the result and runs its health check
import { mkdtempSync, readFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { Children } from './lib/children.mjs';
import { UserError, reportAndExit, say, seconds, withProgress } from './lib/console.mjs';
import { composeProblems, dockerfileProblems } from './lib/container-rules.mjs';
import { carryOut, readStages, textsOf } from './lib/dockerfile.mjs';
import { startApp } from './lib/apps.mjs';
import { startLocalNats } from './lib/local-nats.mjs';
import { ensureNatsServer } from './lib/nats-binary.mjs';
import { run } from './lib/run.mjs';
import { root } from './lib/workspace.mjs';

const APPS = ['router', 'gateway-adapter'];
const STOP_MS = 5_000;
const HEALTH_LIMIT_MS = 10_000;
const read = (path) => readFileSync(join(root, path), 'utf8');

function schemaProblems(compose) {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(read('docker/compose.schema.json')),
  );
  if (validate(compose)) return [];
  return validate.errors.map(
    ({ instancePath, message, params }) =>
      `docker/compose.yaml: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function checkFiles() {
  const compose = parse(read('docker/compose.yaml'), { merge: true });
  const schema = schemaProblems(compose);
  const problems = [
    ...schema,
    ...(schema.length === 0 ? composeProblems(compose) : []),
    ...APPS.flatMap(dockerfileProblems),
  ];
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  say('docker/: Dockerfiles and compose.yaml keep their rules');
}

/** The environment of an image, on ports of its own and on loopback. */
function environmentOf(stage, nats) {
  const pairs = textsOf(stage, 'ENV').flatMap((text) =>
    text.split(/\s+/).map((pair) => pair.split('=')),
  );
  const image = Object.fromEntries(pairs);
  const ports = { GRPC_PORT: '0', HTTP_PORT: '0', GATEWAY_PORT: '0' };
  return {
    PATH: process.env.PATH,
    ...image,
    ...ports,
    GRPC_HOST: '127.0.0.1',
    HTTP_HOST: '127.0.0.1',
    GATEWAY_HOST: '127.0.0.1',
    NATS_URL: nats,
  };
}

async function checkHealth(stage, folder, http) {
  const text = textsOf(stage, 'HEALTHCHECK')[0];
  const command = JSON.parse(text.slice(text.indexOf('[')));
  const port = new URL(http.startsWith('http') ? http : `http://${http}`).port;
  const { ok, output } = await run(command, {
    cwd: folder,
    env: { PATH: process.env.PATH, HTTP_PORT: port, GATEWAY_PORT: port },
    limitMs: HEALTH_LIMIT_MS,
  });
  if (!ok) throw new UserError(`The health check failed against ${http}: ${output}`);
}

async function checkImage(app, { base, children, nats, done }) {
  const startedMs = performance.now();
  const stages = readStages(join(root, `docker/${app}.Dockerfile`));
  const folder = await withProgress(`${app}: the Dockerfile's instructions`, () =>
    carryOut(stages, join(base, app), done),
  );
  const command = JSON.parse(textsOf(stages.at(-1), 'CMD')[0]);
  const data = join(base, `${app}-data`);
  mkdirSync(data);
  const { http } = await startApp(children, app, {
    env: environmentOf(stages.at(-1), nats),
    data,
    command,
    cwd: folder,
  });
  await checkHealth(stages.at(-1), folder, http);
  say(
    `${app}: built from clean folders, started with production dependencies only, healthy (${seconds(performance.now() - startedMs)})`,
  );
}

async function checkImages() {
  const base = mkdtempSync(join(tmpdir(), 'beamline-images-'));
  const children = new Children((name, code, lastLines) =>
    reportAndExit(new UserError(`${name} ended (${code}):\n${lastLines}`)),
  );
  try {
    const nats = await startLocalNats(children, await ensureNatsServer(), base);
    const done = new Map();
    for (const app of APPS) await checkImage(app, { base, children, nats, done });
  } finally {
    await children.stop(APPS, STOP_MS);
    await children.stop(['nats-server'], STOP_MS);
    rmSync(base, { recursive: true, force: true });
  }
}

try {
  checkFiles();
  if (!process.argv.includes('--static')) await checkImages();
  process.exit(0);
} catch (error) {
  reportAndExit(error);
}
