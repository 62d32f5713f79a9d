import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (
    !existsSync(join(folder, 'nest-cli.json')) ||
    !existsSync(join(folder, 'package-lock.json'))
  ) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('not inside the repository');
    folder = parent;
  }
  return folder;
}

const root = findRoot();

/** A path inside the repository, from the sources and from `dist/` alike. */
export const repoPath = (...parts: readonly string[]): string => join(root, ...parts);

/** A compiled module of the bench, as a path that can be started as a process. */
export const benchModule = (name: string): string => repoPath('dist/bench/bench', `${name}.js`);
