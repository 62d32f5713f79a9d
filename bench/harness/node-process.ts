import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ProbeAnswer, ProbeQuestion, ProcessUsage, ReadyMessage } from './process-messages.js';
import { benchModule, repoPath } from './repo-path.js';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 20_000;

/** How a Node process of the bench is started. */
export interface NodeProcessOptions {
  readonly name: string;
  /** Path of the module to run. */
  readonly module: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the process writes its addresses when it is ready. Without it the process says {@link ReadyMessage}. */
  readonly readyFile?: string;
}

/** A Node process that is measured or that measures. It ends with the bench, however that ends. */
export class NodeProcess {
  #nextId = 0;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    /** Its addresses, as it told them. */
    readonly addresses: Readonly<Record<string, string>>,
  ) {
    child.setMaxListeners(100);
  }

  /** @throws Error when the process ends or stays silent instead of becoming ready; the message has its last words. */
  static async start(options: NodeProcessOptions): Promise<NodeProcess> {
    const log = repoPath('.data/bench', `${options.name.replaceAll(/\W+/g, '-')}.log`);
    mkdirSync(dirname(log), { recursive: true });
    if (options.readyFile !== undefined) rmSync(options.readyFile, { force: true });
    const out = openSync(log, 'w');
    const probe = pathToFileURL(benchModule('harness/probe')).href;
    const child = fork(options.module, {
      execArgv: ['--import', probe],
      env: { ...process.env, ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', out, out, 'ipc'],
    });
    try {
      return new NodeProcess(options.name, child, await readiness(child, options.readyFile));
    } catch (error) {
      child.kill('SIGKILL');
      const lastWords = readFileSync(log, 'utf8').slice(-2_000);
      throw new Error(`${options.name} did not start:\n${lastWords}`, { cause: error });
    }
  }

  /** What it has used so far. */
  usage(): Promise<ProcessUsage> {
    return this.#probe('usage');
  }

  /** Starts its CPU profiler. */
  async startProfile(): Promise<void> {
    await this.#probe('profile');
  }

  /** Stops its CPU profiler. @returns the profile as JSON. */
  async stopProfile(): Promise<string> {
    return (await this.#probe('profiled')).profile ?? '';
  }

  /** Sends a message and waits for the first one that `isAnswer` accepts: as long as any answer takes, and `workMs`. */
  ask<Answer>(
    question: object,
    isAnswer: (message: Partial<Answer>) => boolean,
    workMs = 0,
  ): Promise<Answer> {
    const withinMs = ANSWER_TIMEOUT_MS + workMs;
    const { child, name } = this;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        child.off('message', hear);
        child.off('exit', ended);
      };
      const hear = (message: Answer & object): void => {
        if (!isAnswer(message)) return;
        done();
        resolve(message);
      };
      const ended = (code: number | null): void => {
        done();
        reject(new Error(`${name} ended (${code}) while it was asked`));
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${name} did not answer within ${withinMs} ms`));
      }, withinMs);
      child.on('message', hear);
      child.once('exit', ended);
      child.send(question);
    });
  }

  #probe(probe: ProbeQuestion['probe']): Promise<ProbeAnswer> {
    this.#nextId += 1;
    const id = this.#nextId;
    return this.ask<ProbeAnswer>(
      { probe, id },
      (answer) => answer.probe === 'answer' && answer.id === id,
    );
  }

  /** Ends it: SIGTERM, and SIGKILL when it takes too long. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const timeout = new AbortController();
    const late = sleep(STOP_TIMEOUT_MS, 'late', { signal: timeout.signal }).catch(() => 'gone');
    if ((await Promise.race([gone, late])) === 'late') this.child.kill('SIGKILL');
    timeout.abort();
    await gone;
  }
}

/** Waits for the ready message or the ready file, whichever was agreed. */
async function readiness(
  child: ChildProcess,
  readyFile: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  let told: ReadyMessage['ready'] | undefined;
  child.on('message', (message: Partial<ReadyMessage>) => {
    told ??= message.ready;
  });
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    if (told !== undefined) return told;
    if (readyFile !== undefined && existsSync(readyFile)) {
      return JSON.parse(readFileSync(readyFile, 'utf8'));
    }
    await sleep(20);
  }
  throw new Error(`not ready within ${START_TIMEOUT_MS} ms`);
}
