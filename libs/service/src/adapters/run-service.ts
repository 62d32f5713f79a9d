import { setTimeout as sleep } from 'node:timers/promises';
import { writeReadyFile } from './ready-file.js';

const EXIT_FAILED = 1;
const EXIT_TOLD_TWICE = 130;
/** What the parts of a service get beyond their own limits before the process is cut off. */
const STOP_MARGIN_MS = 800;
const LAST_WORDS_MS = 200;

/** Where a process says what happens to it. */
interface ServiceLog {
  info(message: string, fields?: { readonly context: Readonly<Record<string, unknown>> }): void;
  error(message: string, fields?: { readonly context: Readonly<Record<string, unknown>> }): void;
  /** Writes out what is buffered. */
  close(): Promise<void>;
}

/** A service that listens. */
interface RunningService {
  /** Its addresses, and what else is known, once it may be sent traffic for the first time. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  /** Takes no more work, finishes what was accepted, and ends. */
  stop(): Promise<void>;
}

/** What a process needs to live. */
export interface ServiceProcess {
  /** As the log names it: `<name> ready`. */
  readonly name: string;
  readonly log: ServiceLog;
  /** Longest time that `stop` should need, in milliseconds. */
  readonly stopLimitMs: number;
  /** Where the addresses and the process id are written as JSON, once ready. Default nowhere. */
  readonly readyFile?: string | undefined;
  /** @throws Error when it cannot, say because a port is taken. */
  readonly start: () => Promise<RunningService>;
}

/**
 * Lives one process: starts it, says when it is ready, stops it on SIGTERM and SIGINT. The process ends with code 0 when it
 * was stopped, 1 when it failed or did not stop in time, 130 when it was told a second time.
 */
export async function runService(service: ServiceProcess): Promise<void> {
  const { name, log, readyFile } = service;
  process.once('uncaughtException', (error) => void dieOf(error, service));
  process.once('unhandledRejection', (error) => void dieOf(error, service));
  try {
    const running = await service.start();
    stopWhenTold(running, service);
    const context = await running.ready;
    log.info(`${name} ready`, { context });
    if (readyFile !== undefined) writeReadyFile(readyFile, { ...context, pid: process.pid });
  } catch (error) {
    await dieOf(error, service);
  }
}

function stopWhenTold(running: RunningService, service: ServiceProcess): void {
  const { name, log, stopLimitMs } = service;
  let told = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (told) process.exit(EXIT_TOLD_TWICE);
    told = true;
    log.info(`${name} stopping`, { context: { signal } });
    setTimeout(() => void giveUp(service), stopLimitMs + STOP_MARGIN_MS).unref();
    try {
      await running.stop();
    } catch (error) {
      await dieOf(error, service);
    }
    log.info(`${name} stopped`);
    await log.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (s) => void stop(s));
}

/** Whatever hangs, the process ends: what it still held is delivered again by NATS, or its caller asks again. */
async function giveUp({ name, log }: ServiceProcess): Promise<never> {
  const advice = 'raise SHUTDOWN_GRACE_MS if this comes again';
  log.error(`${name} did not end in time and is cut off`, { context: { advice } });
  await Promise.race([log.close(), sleep(LAST_WORDS_MS)]);
  process.exit(EXIT_FAILED);
}

async function dieOf(error: unknown, { name, log }: ServiceProcess): Promise<never> {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`${name} failed`, { context: { reason } });
  await log.close();
  process.exit(EXIT_FAILED);
}
