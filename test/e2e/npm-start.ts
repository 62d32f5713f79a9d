import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The clone's top folder. */
export const ROOT = resolve(__dirname, '../..');
const READY_WITHIN_MS = 90_000;
const POLL_MS = 50;

/** What `.data/endpoints.json` holds. */
export interface Endpoints {
  readonly nats: string;
  readonly routerHttp: string;
  readonly routerGrpc: string;
  readonly gatewayHttp: string;
}

type Environment = Readonly<Record<string, string>>;

/** `npm start` in a process group of its own, as a terminal gives it, with a data folder and ports of its own. */
export class NpmStart {
  #output = '';
  readonly ended: Promise<number | null>;
  static readonly #launched = new Set<NpmStart>();

  private constructor(
    readonly dataDir: string,
    private readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.ended = new Promise((done) => child.once('close', done));
    NpmStart.#launched.add(this);
  }

  /** Starts it without waiting for anything. */
  static launch(dataDir: string, env: Environment = {}): NpmStart {
    const { NATS_URL: _foreign, ...inherited } = process.env;
    const ports = { GRPC_PORT: '0', HTTP_PORT: '0', GATEWAY_PORT: '0' };
    const child = spawn('npm', ['start'], {
      cwd: ROOT,
      env: { ...inherited, ...ports, ...env, BEAMLINE_DATA_DIR: dataDir },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new NpmStart(dataDir, child);
  }

  /** Starts it and waits until everything is ready. @throws Error with its output when it ends instead. */
  static async ready(dataDir: string, env: Environment = {}): Promise<NpmStart> {
    const started = NpmStart.launch(dataDir, env);
    const deadlineMs = Date.now() + READY_WITHIN_MS;
    while (!started.output.includes('Ctrl-C stops everything')) {
      if (started.child.exitCode !== null || Date.now() > deadlineMs) {
        started.interrupt('SIGKILL');
        throw new Error(`npm start did not become ready:\n${started.output}`);
      }
      await sleep(POLL_MS);
    }
    return started;
  }

  /** Everything it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The three printed commands, by the comment line above each. */
  get printedCommands(): ReadonlyMap<string, string> {
    const found = this.#output.matchAll(/^# (\w+)\n(.+)$/gm);
    return new Map([...found].map(([, door = '', command = '']) => [door, command]));
  }

  /** The addresses for scripts; undefined while the file is not there. */
  get endpoints(): Endpoints | undefined {
    const file = join(this.dataDir, 'endpoints.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  /** Sends a signal to the whole process group, as Ctrl-C in a terminal does. */
  interrupt(signal: NodeJS.Signals = 'SIGINT'): void {
    if (
      this.child.pid !== undefined &&
      this.child.exitCode === null &&
      this.child.signalCode === null
    ) {
      process.kill(-this.child.pid, signal);
    }
  }

  /** Sends a signal to npm alone, as a supervisor does. */
  signalNpm(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it and waits for the end. */
  async stop(): Promise<void> {
    this.interrupt();
    await this.ended;
  }

  /** Ends whatever a test left running, also one that failed. */
  static async stopAll(): Promise<void> {
    await Promise.all([...NpmStart.#launched].map((system) => system.stop()));
    NpmStart.#launched.clear();
  }
}

/** Process ids that carry the data folder in their command line or environment. */
export function processesOf(dataDir: string): readonly string[] {
  const listing = execFileSync('ps', ['axeww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = listing.split('\n').filter((line) => line.includes(dataDir));
  return lines.map((line) => line.trim().slice(0, 160));
}

/** A data folder for one test, removed by {@link removeDataDir}. */
export const aDataDir = (): string => mkdtempSync(join(tmpdir(), 'beamline-start-'));

export const removeDataDir = (dataDir: string): void =>
  rmSync(dataDir, { recursive: true, force: true });
