import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const UNPACKED = join('.tools', 'nats', 'usr', 'sbin', 'nats-server');

/** What decides where the nats-server program is looked for. */
export interface FindNatsServerOptions {
  /** Environment whose `NATS_SERVER_BIN` and `PATH` count. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder from which `.tools/` is looked for, upwards. */
  readonly from: string;
}

/**
 * Finds the nats-server program: `NATS_SERVER_BIN`, `PATH`, the usual folders, then `.tools/` upwards from `from`.
 * @throws Error when `NATS_SERVER_BIN` names no executable file: a wrong setting is never papered over.
 */
export function findNatsServer({ env, from }: FindNatsServerOptions): string | undefined {
  const configured = env['NATS_SERVER_BIN'];
  if (configured) {
    if (isExecutable(configured)) return configured;
    throw new Error(`NATS_SERVER_BIN must name an executable file (got ${configured})`);
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [...onPath, ...USUAL_FOLDERS].map((folder) => join(folder, 'nats-server'));
  return [...places, ...upwards(from).map((folder) => join(folder, UNPACKED))].find(isExecutable);
}

/** The version of a nats-server program, like `2.9.10`; `undefined` when it does not say one. */
export function natsServerVersionOf(bin: string): string | undefined {
  const answer = execFileSync(bin, ['-v'], { encoding: 'utf8', timeout: 5_000 });
  return /v?(\d+\.\d+\.\d+\S*)/.exec(answer)?.[1];
}

function upwards(from: string): string[] {
  const folders: string[] = [];
  for (let folder = from, above = ''; folder !== above; folder = dirname(folder)) {
    folders.push(folder);
    above = dirname(folder) === folder ? folder : '';
  }
  return folders;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
