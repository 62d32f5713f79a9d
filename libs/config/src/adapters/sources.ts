import { readFileSync, statSync } from 'node:fs';

/** Where a value stands. */
export interface Given {
  /** Name as it was written. */
  readonly name: string;
  readonly value: unknown;
  /** `environment` or `file <path>`. */
  readonly source: string;
}

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const MAX_FILE_BYTES = 1_048_576;

/** Variables that are set. An empty one counts as not set, as compose files write it. */
export function readEnvironment(env: Environment): readonly Given[] {
  return Object.entries(env)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ({ name, value, source: 'environment' }));
}

/** Keys of the configuration file. @throws Error that says why the file cannot be used. */
export function readConfigFile(path: string): readonly Given[] {
  const size = statSync(path).size;
  if (size > MAX_FILE_BYTES) throw new Error(`is ${size} bytes long, at most ${MAX_FILE_BYTES}`);
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error('holds no JSON object');
  }
  return Object.entries(parsed).map(([name, value]) => ({
    name: name.toUpperCase(),
    value,
    source: `file ${path}`,
  }));
}

/** Says whether a path exists, can be reached and is of the wanted type. */
export function pathExists(path: string, type: 'file' | 'directory'): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return type === 'file' ? found?.isFile() === true : found?.isDirectory() === true;
}
