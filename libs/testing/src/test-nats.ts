import { findNatsServer, type LocalNats, startNatsServer } from '@beamline/jetstream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real nats-server of one test, with JetStream, on loopback and a free port. */
export interface TestNats {
  readonly url: string;
  readonly port: number;
  /** Process id of nats-server; another one after each restart. */
  readonly pid: number;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
  /** Ends it like a crash (SIGKILL) and keeps its store. */
  kill(): Promise<void>;
  /** Ends it in an orderly way and keeps its store. */
  shutdown(): Promise<void>;
  /** Starts it again on the same port and store; kills it first when it still runs. */
  restart(): Promise<void>;
}

/** What a test may want of its server. */
export interface TestNatsOptions {
  /** Further lines of the server's configuration file. */
  readonly config?: readonly string[];
}

/**
 * Starts a nats-server for one test. It ends with the test process, even when that is killed.
 * @throws Error when no nats-server program is found.
 */
export async function startTestNats(options: TestNatsOptions = {}): Promise<TestNats> {
  const bin = findNatsServer({ env: process.env, from: process.cwd() });
  if (bin === undefined) {
    throw new Error('nats-server not found: install it, or set NATS_SERVER_BIN to the program');
  }
  const storeDir = mkdtempSync(join(tmpdir(), 'beamline-test-nats-'));
  const config = options.config ?? [];
  const start = (port: number): Promise<LocalNats> =>
    startNatsServer({ bin, storeDir, port, config });
  let server = await start(0);
  const { url, port } = server;
  return {
    url,
    port,
    get pid() {
      return server.pid;
    },
    async stop() {
      await server.kill();
      rmSync(storeDir, { recursive: true, force: true });
    },
    kill: () => server.kill(),
    shutdown: () => server.stop(),
    async restart() {
      await server.kill();
      server = await startAgain(() => start(port));
    },
  };
}

const RESTARTS = 10;

/**
 * A client that dials a dead port again and again may be given that very port as its own end, and hold it for a
 * moment: then the server cannot have it yet.
 */
async function startAgain(start: () => Promise<LocalNats>): Promise<LocalNats> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === RESTARTS) throw error;
      await sleep(100 * attempt);
    }
  }
}
