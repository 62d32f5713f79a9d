import { type Logger as Pino, pino } from 'pino';
import { sanitize, sanitizeText } from '../core/sanitize.js';
import { consoleSink, dailyFileSink, type Sink } from './sinks.js';
import { microsecondTimestamps } from './timestamps.js';

/** What may stand on a log line beside its message (contract). */
export interface LogFields {
  readonly tenant_id?: string | undefined;
  readonly run_id?: string | undefined;
  readonly flow_id?: string | undefined;
  readonly step_id?: string | undefined;
  readonly trace_id?: string | undefined;
  readonly error_code?: string | undefined;
  /** Milliseconds; written as an integer. */
  readonly latency_ms?: number | undefined;
  /** Everything else. Secrets are masked, size and depth are bounded. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** Severities, the least severe first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where and what to log. The keys are those of the configuration. */
export interface LoggerOptions {
  /** Value of `component` and beginning of the file names. Default `router`. */
  readonly component?: string;
  /** Default `info`. */
  readonly logLevel?: LogLevel;
  /** Folder of the daily files. Absent: no files. */
  readonly logDir?: string;
  /** Default true. */
  readonly logToConsole?: boolean;
  /** Days that files are kept. Default 30. */
  readonly logRetentionDays?: number;
}

/** Writes JSON lines. Never throws and never blocks: a log that cannot keep up loses lines and says so. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Whether a line of this level is written: for callers whose fields are dear to compute. */
  isEnabled(level: LogLevel): boolean;
  /** Writes out what is buffered, for at most two seconds. The last thing a process does. */
  close(): Promise<void>;
}

/** Longest line, in characters, the newline not counted. */
const MAX_LINE_CHARS = 8192;
const MAX_CUT_MESSAGE_CHARS = 1024;

/**
 * Makes the logger of a process. Lines go to standard output, to daily files, or to `sinks` when they are given.
 * @throws Error when `logDir` cannot be written.
 */
export function createLogger(options: LoggerOptions = {}, sinks = sinksOf(options)): Logger {
  const timestamp = microsecondTimestamps();
  const write = (line: string) => {
    const bounded = boundedLine(line);
    for (const sink of sinks) sink.write(bounded);
  };
  const log = pino(
    {
      level: options.logLevel ?? 'info',
      base: { component: options.component ?? 'router' },
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${timestamp()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    { write },
  );
  return new PinoLogger(log, sinks);
}

function sinksOf(options: LoggerOptions): readonly Sink[] {
  const { component: name = 'router', logDir, logToConsole, logRetentionDays = 30 } = options;
  const sinks: Sink[] = [];
  if (logToConsole !== false) sinks.push(consoleSink());
  if (logDir !== undefined) {
    sinks.push(dailyFileSink({ dir: logDir, name, retentionDays: logRetentionDays }));
  }
  return sinks;
}

class PinoLogger implements Logger {
  constructor(
    private readonly log: Pino,
    private readonly sinks: readonly Sink[],
  ) {}

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  isEnabled(level: LogLevel): boolean {
    return this.log.isLevelEnabled(level);
  }

  async close(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.close()));
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.log.isLevelEnabled(level)) return;
    try {
      this.log[level](fields === undefined ? {} : writable(fields), sanitizeText(message));
    } catch {
      // Callers in plain JavaScript may hand over anything. A log line is never worth a request.
      this.log.error('a log line could not be written');
    }
  }
}

const TEXT_FIELDS = [
  'tenant_id',
  'run_id',
  'flow_id',
  'step_id',
  'trace_id',
  'error_code',
] as const;

function writable(fields: LogFields): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const name of TEXT_FIELDS) {
    const value = fields[name];
    if (value !== undefined) line[name] = sanitizeText(value, 256);
  }
  if (fields.latency_ms !== undefined) line['latency_ms'] = Math.round(fields.latency_ms);
  if (fields.context !== undefined) line['context'] = sanitize(fields.context);
  return line;
}

/** A line over the bound keeps its fields and the beginning of its message; its context gives way to a note. */
function boundedLine(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  const { message, ...fields }: Record<string, unknown> = JSON.parse(line);
  const cut = String(message).slice(0, MAX_CUT_MESSAGE_CHARS);
  const context = { truncated: `context left out: the line had ${line.length} characters` };
  return `${JSON.stringify({ ...fields, context, message: cut })}\n`;
}
