import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD } from './guard.js';
import { serverConfig } from './local-nats-config.js';
import { natsServerVersionOf } from './find-nats-server.js';

/** How a local nats-server is started. */
export interface LocalNatsOptions {
  /** The program, see {@link findNatsServer}. */
  readonly bin: string;
  /** Folder of the JetStream store. Kept over restarts; the caller owns it. */
  readonly storeDir: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** File for the server's log. Default: none. */
  readonly logFile?: string;
  /** Further lines of the server's configuration file, such as `authorization { … }`. */
  readonly config?: readonly string[];
  /** How long to wait until it listens, in milliseconds. Default 10 000. */
  readonly readyTimeoutMs?: number;
}

/** A nats-server that this process started and that ends with it. */
export interface LocalNats {
  readonly url: string;
  readonly port: number;
  /** Process id of nats-server itself. */
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it in an orderly way; after `graceMs` (default 5 000) by force. */
  stop(graceMs?: number): Promise<void>;
  /** Ends it like a crash (SIGKILL). */
  kill(): Promise<void>;
}

/**
 * Starts nats-server with JetStream and waits until it listens. From 2.10 on every write is synced before it is
 * acknowledged (`sync_interval: always`); older servers refuse that key.
 * @throws Error when it ends before it listens, or does not listen in time; the message holds the end of its log.
 */
export async function startNatsServer(options: LocalNatsOptions): Promise<LocalNats> {
  const scratch = mkdtempSync(join(tmpdir(), 'beamline-nats-'));
  try {
    const logFile = options.logFile ?? join(scratch, 'server.log');
    mkdirSync(options.storeDir, { recursive: true });
    const configFile = join(scratch, 'server.conf');
    const version = natsServerVersionOf(options.bin);
    writeFileSync(configFile, serverConfig({ ...options, logFile, portsDir: scratch, version }));
    return await launch(options, configFile, { scratch, logFile });
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

async function launch(
  options: LocalNatsOptions,
  configFile: string,
  { scratch, logFile }: { scratch: string; logFile: string },
): Promise<LocalNats> {
  const shell = spawn('/bin/sh', ['-c', GUARD, 'nats', options.bin, '-c', configFile], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // A process group of its own: Ctrl-C must reach us first, so that we end things in order.
    detached: true,
    env: { ...process.env, BEAMLINE_GUARD_LOG: logFile },
  });
  const ended = endOf(shell);
  const pid = await firstNumber(shell);
  const place = await whereItListens(scratch, {
    hasEnded: () => shell.exitCode !== null || shell.signalCode !== null,
    timeoutMs: options.readyTimeoutMs ?? 10_000,
    logFile,
  }).catch(async (error: unknown) => {
    signal(pid, 'SIGKILL');
    await ended;
    throw error;
  });
  letGo(shell);
  return {
    ...place,
    pid,
    ended: ended.finally(() => rmSync(scratch, { recursive: true, force: true })),
    async stop(graceMs = 5_000) {
      shell.ref();
      signal(pid, 'SIGTERM');
      const timer = setTimeout(() => signal(pid, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      shell.ref();
      signal(pid, 'SIGKILL');
      await ended;
    },
  };
}

function endOf(shell: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => {
      shell.stdin?.destroy();
      shell.stdout?.destroy();
      resolve();
    });
  });
}

/** A running server must not keep this process alive: it ends with us, not we with it. */
function letGo(shell: ChildProcess): void {
  shell.unref();
  for (const pipe of [shell.stdin, shell.stdout]) if (pipe instanceof Socket) pipe.unref();
}

function firstNumber(shell: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => reject(new Error('the guard of nats-server ended at once')));
    shell.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
}

interface Waiting {
  readonly hasEnded: () => boolean;
  readonly timeoutMs: number;
  readonly logFile: string;
}

async function whereItListens(
  folder: string,
  { hasEnded, timeoutMs, logFile }: Waiting,
): Promise<{ url: string; port: number }> {
  for (let waitedMs = 0; waitedMs < timeoutMs && !hasEnded(); waitedMs += 10) {
    const url = urlFrom(folder);
    if (url !== undefined) return { url, port: Number(new URL(url).port) };
    await sleep(10);
  }
  const what = hasEnded() ? 'ended before it listened' : `did not listen within ${timeoutMs} ms`;
  throw new Error(`nats-server ${what}; its log ends with: ${tailOf(logFile)}`);
}

function urlFrom(folder: string): string | undefined {
  try {
    const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
    if (file === undefined) return undefined;
    const ports: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const urls = typeof ports === 'object' && ports !== null && 'nats' in ports ? ports.nats : [];
    return Array.isArray(urls) && typeof urls[0] === 'string' ? urls[0] : undefined;
  } catch {
    // Half written: the next look finds it whole.
    return undefined;
  }
}

function tailOf(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' | ');
  } catch {
    return '(no log)';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone already, which is what was wanted.
  }
}
