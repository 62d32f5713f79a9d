// What a container file must keep, checked without an engine. Every function answers a list of problems.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseCopy, readStages, textsOf } from './dockerfile.mjs';
import { root } from './workspace.mjs';

const when = (broken, problem) => (broken ? [problem] : []);
const isThere = (path) => existsSync(join(root, path));

function stageProblems(stages) {
  const installs = stages
    .flatMap((stage) => textsOf(stage, 'RUN'))
    .filter((text) => text.includes('npm ci'));
  const copies = stages.flatMap((stage) => textsOf(stage, 'COPY')).map(parseCopy);
  const missing = copies
    .filter(({ from }) => !from)
    .flatMap(({ sources }) => sources.filter((source) => !isThere(source)));
  const unnamed = copies.filter(({ from }) => from && !stages.some(({ name }) => name === from));
  return [
    ...when(stages.length < 2, 'needs a build stage and a run stage'),
    ...when(
      !installs.some((text) => text.includes('--omit=dev')),
      'never installs without development dependencies',
    ),
    ...missing.map((source) => `copies ${source}, which does not exist`),
    ...unnamed.map(({ from }) => `copies from stage ${from}, which does not exist`),
  ];
}

function runStageProblems(stage, app) {
  const [user] = textsOf(stage, 'USER').slice(-1);
  const [command = '[]'] = textsOf(stage, 'CMD');
  return [
    ...when(!user || user === 'root' || user === '0', 'runs as root: USER is missing'),
    ...when(textsOf(stage, 'HEALTHCHECK').length !== 1, 'needs one HEALTHCHECK'),
    ...when(textsOf(stage, 'RUN').length > 0, 'must not build in its run stage'),
    ...when(
      !command.includes(`dist/apps/${app}/apps/${app}/src/main.js`),
      `CMD ${command} does not start the build's entry point`,
    ),
    ...when(!command.startsWith('['), 'CMD must be a JSON list, so that SIGTERM reaches the app'),
  ];
}

export function dockerfileProblems(app) {
  const file = `docker/${app}.Dockerfile`;
  const stages = readStages(join(root, file));
  const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const wanted = stages.flatMap((stage) => textsOf(stage, 'COPY')).map(parseCopy);
  const hidden = wanted
    .filter(({ from }) => !from)
    .flatMap(({ sources }) => sources.filter((source) => !ignore.includes(`!${source}`)));
  return [
    ...stageProblems(stages),
    ...runStageProblems(stages.at(-1), app),
    ...hidden.map((source) => `copies ${source}, which .dockerignore leaves out`),
  ].map((problem) => `${file}: ${problem}`);
}

function pathProblems(name, { build, volumes = [] }, named) {
  const hostPaths = volumes.map((volume) => volume.split(':')[0]);
  const missing = hostPaths.filter((path) =>
    path.startsWith('.') ? !existsSync(join(root, 'docker', path)) : !named.includes(path),
  );
  const dockerfile = build && relative(root, join(root, 'docker', build.context, build.dockerfile));
  return [
    ...missing.map((path) => `${name} mounts ${path}, which does not exist`),
    ...when(
      dockerfile && !isThere(dockerfile),
      `${name} builds from ${dockerfile}, which does not exist`,
    ),
  ];
}

/** What the schema cannot say: references between services, volumes and files. */
export function composeProblems({ services, volumes }) {
  return Object.entries(services).flatMap(([name, service]) => {
    const unknown = Object.keys(service.depends_on ?? {}).filter(
      (other) => !Object.hasOwn(services, other),
    );
    return [
      ...pathProblems(name, service, Object.keys(volumes)),
      ...unknown.map((other) => `${name} depends on ${other}, which is no service`),
    ].map((problem) => `docker/compose.yaml: ${problem}`);
  });
}
