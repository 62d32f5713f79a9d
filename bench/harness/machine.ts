import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { repoPath } from './repo-path.js';

/** What a figure was taken on. No host names and no paths: results are published. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly os: string;
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    node: process.version,
    os: `${process.platform}-${process.arch}`,
  };
}

const git = (...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { cwd: repoPath(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** The commit that is measured: short hash, with `+` where tracked files other than results differ from it. */
export function thisCommit(): string {
  const head = git('rev-parse', '--short', 'HEAD');
  if (head === undefined) return 'unknown';
  const changes = git(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    '.',
    ':!bench/results',
    ':!docs',
  );
  return changes === '' ? head : `${head}+`;
}
