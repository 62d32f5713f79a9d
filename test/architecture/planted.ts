import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFile } from 'node:child_process';

/** The clone's top folder. */
export const root = join(import.meta.dirname, '../..');

/** Files by path; one file per path, with its source. */
export type Tree = Readonly<Record<string, string>>;

interface Run {
  readonly code: number;
  readonly output: string;
}

/** Runs a tool of node_modules in a folder and answers what it printed, whatever its exit code. */
export function runTool(folder: string, path: string, ...args: string[]): Promise<Run> {
  const command = [join(root, 'node_modules', path), ...args];
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
  return new Promise((done) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout || stderr });
    });
  });
}

/** Writes a tree beside copies of the real configuration files, hands its folder to `work` and removes it. */
export async function inPlantedTree<T>(
  tree: Tree,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'beamline-planted-'));
  try {
    for (const file of [
      'package.json',
      'tsconfig.json',
      '.dependency-cruiser.mjs',
      '.oxlintrc.json',
    ]) {
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, source] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${source}\n`);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
