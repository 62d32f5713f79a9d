import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startTestNats, type TestNats } from '@beamline/testing';

const ROOT = resolve(__dirname, '../..');
const MAIN = {
  router: join(ROOT, 'dist/apps/router/apps/router/src/main.js'),
  'gateway-adapter': join(ROOT, 'dist/apps/gateway-adapter/apps/gateway-adapter/src/main.js'),
} as const;
const READY_WITHIN_MS = 30_000;
const LOG_TAIL_CHARS = 200_000;

/** Addresses an app wrote when it became ready. */
export interface Addresses {
  readonly http: string;
  readonly grpc?: string;
  readonly nats: string;
}

/** One of our apps, built, in a process of its own. */
export class AppProcess {
  #log = '';

  private constructor(
    readonly addresses: Addresses,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts the built app and waits until it says that it is ready. @throws Error with its log when it does not. */
  static async start(
    app: keyof typeof MAIN,
    env: Readonly<Record<string, string>>,
  ): Promise<AppProcess> {
    if (!existsSync(MAIN[app])) throw new Error(`${app} is not built: npm run build`);
    const folder = mkdtempSync(join(tmpdir(), `beamline-${app}-`));
    const readyFile = join(folder, 'ready.json');
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN[app]], {
      env: { PATH: process.env['PATH'] ?? '', READY_FILE: readyFile, ...PORTS[app], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A test that fails before it ends what it started must not leave it behind.
    const end = (): boolean => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    let log = '';
    const keep = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-LOG_TAIL_CHARS);
      running?.follow(log);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let running: AppProcess | undefined;
    const deadlineMs = Date.now() + READY_WITHIN_MS;
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null || Date.now() > deadlineMs) {
        child.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
        throw new Error(`${app} did not become ready (exit ${child.exitCode}):\n${log}`);
      }
      await sleep(20);
    }
    const addresses: Addresses = JSON.parse(readFileSync(readyFile, 'utf8'));
    running = new AppProcess(addresses, child, folder);
    running.follow(log);
    return running;
  }

  /** Everything the app wrote so far (its tail). */
  get log(): string {
    return this.#log;
  }

  follow(log: string): void {
    this.#log = log;
  }

  /** Ends it the polite way and returns its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Ends it with no chance to say goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((done) => this.child.once('exit', done));
      this.child.kill(signal);
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
    return this.child.exitCode;
  }
}

/** A nats-server, a router and, when asked for, a gateway-adapter, with a connection to look at it all. */
export interface Stack {
  readonly nats: TestNats;
  readonly nc: NatsConnection;
  readonly router: AppProcess;
  readonly gateway: AppProcess | undefined;
  stop(): Promise<void>;
}

/** Folder with the example policies. */
export const EXAMPLE_POLICIES = join(ROOT, 'examples/policies');

/** Starts a {@link Stack} on free ports. */
export async function startStack(
  options: {
    readonly router?: Readonly<Record<string, string>>;
    readonly gateway?: Readonly<Record<string, string>>;
  } = {},
): Promise<Stack> {
  const nats = await startTestNats();
  const common = { NATS_URL: nats.url, LOG_LEVEL: 'warn', NATS_RECONNECT_DELAY_MS: '100' };
  const [router, gateway] = await Promise.all([
    AppProcess.start('router', { ...common, POLICIES_DIR: EXAMPLE_POLICIES, ...options.router }),
    options.gateway && AppProcess.start('gateway-adapter', { ...common, ...options.gateway }),
  ]);
  const nc = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const stop = async (): Promise<void> => {
    await nc.close();
    await Promise.all([router.stop(), gateway?.stop()]);
    await nats.stop();
  };
  return { nats, nc, router, gateway, stop };
}

const PORTS = {
  router: { HTTP_PORT: '0', GRPC_PORT: '0' },
  'gateway-adapter': { GATEWAY_PORT: '0' },
} as const;
