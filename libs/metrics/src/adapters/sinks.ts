import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { destination } from 'pino';

/** Where lines go. Writing never blocks and never throws. */
export interface Sink {
  write(line: string): void;
  /** Writes out what is buffered, for at most two seconds. */
  close(): Promise<void>;
}

type Stream = ReturnType<typeof destination>;

/** Lines kept while the reader of the log is slow; what comes beyond is dropped and counted. */
const MAX_BUFFERED_CHARS = 4 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2000;
/** How long a blocked pipe may hold up a process that ends without closing its log. */
const BLOCKED_LIMIT_MS = 5000;

/** Standard output. */
export function consoleSink(): Sink {
  return new StreamSink(destination({ dest: 1, ...bounded() }));
}

/**
 * One file per UTC day, `<name>_YYYY-MM-DD.jsonl`; those older than `retentionDays` are deleted.
 * @throws Error when the folder cannot be written.
 */
export function dailyFileSink(options: {
  readonly dir: string;
  readonly name: string;
  readonly retentionDays: number;
  readonly nowMs?: () => number;
}): Sink {
  const { dir, name, retentionDays, nowMs = Date.now } = options;
  const fileOf = (day: string) => join(dir, `${name}_${day}.jsonl`);
  let day = dayOf(nowMs());
  assertWritable(dir, fileOf(day));
  const stream = destination({ dest: fileOf(day), mkdir: true, append: true, ...bounded() });
  const sink = new StreamSink(stream);
  const sweep = () => deleteOlder(dir, name, dayOf(nowMs() - retentionDays * 86_400_000));
  sweep();
  return {
    write: (line) => {
      const today = dayOf(nowMs());
      if (today !== day) {
        day = today;
        stream.reopen(fileOf(day));
        sweep();
      }
      sink.write(line);
    },
    close: () => sink.close(),
  };
}

class StreamSink implements Sink {
  #lost = 0;
  #refused = false;
  #closed = false;

  constructor(private readonly stream: Stream) {
    const lose = () => {
      this.#lost += 1;
      this.#refused = true;
    };
    stream.on('drop', lose);
    // A full disk or a closed pipe must not end the process: lines are lost, requests are not.
    stream.on('error', lose);
  }

  write(line: string): void {
    if (this.#closed) return;
    this.#refused = false;
    this.stream.write(line);
    if (this.#lost === 0 || this.#refused) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.stream.write(noteOfLoss(lost));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await new Promise<void>((resolve) => {
      // Nobody reads, or the disk is gone: what is left is given up, so that the process can end.
      const timer = setTimeout(() => {
        this.stream.destroy();
        resolve();
      }, CLOSE_TIMEOUT_MS);
      this.stream.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.stream.end();
    });
  }
}

function noteOfLoss(lines: number): string {
  const timestamp = new Date().toISOString().replace('Z', '000Z');
  const message = `${lines} log lines were lost: the log could not be written as fast`;
  return `${JSON.stringify({ timestamp, level: 'WARN', component: 'router', message })}\n`;
}

function bounded(): { sync: false; maxLength: number; retryEAGAIN: () => boolean } {
  let lastMs = 0;
  let blockedSinceMs = 0;
  return {
    sync: false,
    maxLength: MAX_BUFFERED_CHARS,
    retryEAGAIN: () => {
      const nowMs = performance.now();
      if (nowMs - lastMs > 1000) blockedSinceMs = nowMs;
      lastMs = nowMs;
      return nowMs - blockedSinceMs < BLOCKED_LIMIT_MS;
    },
  };
}

function assertWritable(dir: string, file: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    closeSync(openSync(file, 'a'));
  } catch (cause) {
    throw new Error(`cannot write logs to ${dir} (LOG_DIR)`, { cause });
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function deleteOlder(dir: string, name: string, firstKept: string): void {
  try {
    for (const file of readdirSync(dir)) {
      const day = dayInName(file, name);
      if (day !== undefined && day < firstKept) rmSync(join(dir, file), { force: true });
    }
  } catch {
    // The folder is not there yet, or somebody else tidied up at the same time.
  }
}

function dayInName(file: string, name: string): string | undefined {
  if (!file.startsWith(`${name}_`)) return undefined;
  return /^(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(file.slice(name.length + 1))?.[1];
}
