// Reads a Dockerfile into stages of instructions, and carries a stage out in a plain folder: COPY copies, RUN runs.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from './console.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const RUN_LIMIT_MS = 5 * 60_000;

/** `[{ name, instructions: [{ keyword, text }] }]`, continuation lines joined, comments dropped. */
export function readStages(file) {
  const lines = readFileSync(file, 'utf8').replaceAll('\\\n', ' ').split('\n');
  const stages = [];
  for (const line of lines
    .map((each) => each.trim())
    .filter((each) => each && !each.startsWith('#'))) {
    const [keyword, ...rest] = line.split(/\s+/);
    const text = line.slice(keyword.length).trim();
    if (keyword === 'FROM')
      stages.push({ name: rest[2] ?? 'final', image: rest[0], instructions: [] });
    else stages.at(-1).instructions.push({ keyword, text });
  }
  return stages;
}

/** The texts of one kind of instruction in a stage. */
export const textsOf = (stage, keyword) =>
  stage.instructions.filter((each) => each.keyword === keyword).map(({ text }) => text);

/** `{ from, sources, target }` of a COPY. */
export function parseCopy(text) {
  const words = text.split(/\s+/);
  const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : undefined;
  return { from, target: words.pop(), sources: words };
}

function copy(text, folders, folder) {
  const { from, sources, target } = parseCopy(text);
  for (const source of sources) {
    const origin = from ? join(folders[from], source.replace(/^\/app\//, '')) : join(root, source);
    const place = target.endsWith('/')
      ? join(folder, target, basename(source))
      : join(folder, target);
    cpSync(origin, place, { recursive: true });
  }
}

async function carryOutStage({ name, instructions }, folders, folder) {
  mkdirSync(folder, { recursive: true });
  for (const { keyword, text } of instructions) {
    if (keyword === 'COPY') copy(text, folders, folder);
    if (keyword !== 'RUN') continue;
    const command = ['/bin/sh', '-c', text];
    const { ok, output } = await run(command, { cwd: folder, limitMs: RUN_LIMIT_MS });
    if (!ok) throw new UserError(`RUN ${text} failed in stage ${name}:\n${output}`);
  }
}

/**
 * Carries out every stage below `base` and answers the folder of the last one. `/app` is the stage's folder.
 * A stage that an earlier Dockerfile had to the letter is not done again: `done` remembers its folder, as an engine's cache would.
 * Stages that take from other stages are always done.
 */
export async function carryOut(stages, base, done) {
  const folders = {};
  for (const stage of stages) {
    const standsAlone = textsOf(stage, 'COPY').every((text) => !parseCopy(text).from);
    const recipe = JSON.stringify([stage.image, stage.instructions]);
    const known = standsAlone ? done.get(recipe) : undefined;
    folders[stage.name] = known ?? join(base, stage.name);
    if (!known) await carryOutStage(stage, folders, folders[stage.name]);
    done.set(recipe, folders[stage.name]);
  }
  return folders[stages.at(-1).name];
}
