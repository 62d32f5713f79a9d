import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@beamline/testing';
import {
  createLogger,
  logIntakeEvents,
  logNatsEvents,
  logPolicyEvents,
  PinoNestLogger,
} from '../index.js';
import type { LoggerOptions } from './logger.js';
import { dailyFileSink } from './sinks.js';
import { microsecondTimestamps } from './timestamps.js';

describe('a line', () => {
  it('has the fields of the contract and only those that are known', () => {
    const { logger, lines } = aLogger();

    logger.warn('hello', { tenant_id: 'acme', latency_ms: 1.6, context: { a: 1 } });

    expect(lines()).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        level: 'WARN',
        component: 'router',
        message: 'hello',
        tenant_id: 'acme',
        latency_ms: 2,
        context: { a: 1 },
      },
    ]);
  });

  it('below the level is not written', () => {
    const { logger, lines } = aLogger({ logLevel: 'warn' });

    logger.debug('a');
    logger.info('b');
    logger.error('c');

    expect(lines().map(({ message, level }) => [message, level])).toEqual([['c', 'ERROR']]);
    expect(logger.isEnabled('info')).toBe(false);
  });

  it('over 8 KiB loses its context, says so and keeps its fields', () => {
    const { logger, raw, lines } = aLogger();

    logger.info('big', { trace_id: 't', context: { all: Array(60).fill('y'.repeat(1900)) } });

    expect(raw()[0]?.length).toBeLessThanOrEqual(8193);
    expect(lines()[0]).toMatchObject({
      trace_id: 't',
      message: 'big',
      context: { truncated: expect.stringContaining('the line had') },
    });
  });

  it('shows no secret', () => {
    const { logger, raw } = aLogger();

    logger.info('password=hunter2', { context: { deep: { apiKey: 'hunter2' } } });

    expect(raw().join('')).not.toContain('hunter2');
  });

  it('is written whatever it is given', () => {
    const { logger, lines } = aLogger();
    const untyped: { info: (...parts: unknown[]) => void } = logger as never;

    untyped.info(undefined, 7);
    untyped.info({}, { tenant_id: {}, context: 5 });

    expect(lines()).toHaveLength(2);
  });
});

it('microseconds follow the wall clock when somebody sets it', () => {
  let wall = Date.UTC(2026, 0, 1);
  let monotonic = 100;
  const timestamp = microsecondTimestamps(
    () => wall,
    () => monotonic,
  );

  expect(timestamp()).toBe('2026-01-01T00:00:00.000000Z');
  monotonic += 0.25;
  expect(timestamp()).toBe('2026-01-01T00:00:00.000250Z');
  wall += 3_600_000;
  expect(timestamp()).toBe('2026-01-01T01:00:00.000000Z');
});

describe('files', () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'log-')), 'logs');
  afterAll(() => rmSync(dir, { recursive: true }));

  it('change with the day and go after their retention, foreign files stay', async () => {
    let now = Date.parse('2026-01-31T23:59:59Z');
    mkdirSync(dir);
    for (const old of [
      'router_2026-01-01.jsonl',
      'router_2025-12-31.jsonl',
      'other_2020-01-01.jsonl',
    ]) {
      writeFileSync(join(dir, old), '');
    }
    const sink = dailyFileSink({ dir, name: 'router', retentionDays: 30, nowMs: () => now });

    sink.write('{"day":1}\n');
    now += 1000;
    sink.write('{"day":2}\n');
    await sink.close();

    expect(readdirSync(dir).toSorted()).toEqual([
      'other_2020-01-01.jsonl',
      'router_2026-01-31.jsonl',
      'router_2026-02-01.jsonl',
    ]);
    const written = ['31', '01'].map((day, month) =>
      readFileSync(join(dir, `router_2026-0${month + 1}-${day}.jsonl`), 'utf8'),
    );
    expect(written.join('')).toBe('{"day":1}\n{"day":2}\n');
  });

  it('hold every line once the logger is closed', async () => {
    const logger = createLogger({ logDir: join(dir, 'made', 'on demand'), logToConsole: false });

    for (let line = 0; line < 5000; line += 1) logger.info(`line ${line}`);
    await logger.close();

    const [file = ''] = readdirSync(join(dir, 'made', 'on demand'));
    const text = readFileSync(join(dir, 'made', 'on demand', file), 'utf8');
    expect(text.trim().split('\n')).toHaveLength(5000);
    expect(text).toContain('"line 4999"');
  });

  it('that cannot be written stop the start', () => {
    const blocker = join(dir, 'a file');
    writeFileSync(blocker, '');

    expect(() => createLogger({ logDir: blocker, logToConsole: false })).toThrow(
      `cannot write logs to ${blocker} (LOG_DIR)`,
    );
  });
});

describe('observers that log', () => {
  it('leave repeats out and say how many', () => {
    const { logger, lines } = aLogger();
    const clock = new FakeClock();
    const observe = logNatsEvents(logger, clock);

    for (let time = 0; time < 100; time += 1)
      observe({ type: 'connect-failed', reason: 'timeout' });
    clock.advance(10_000);
    observe({ type: 'connect-failed', reason: 'timeout' });

    expect(lines().map(({ context }) => context)).toEqual([
      { code: 'NATS_CONNECT_FAILED' },
      { code: 'NATS_CONNECT_FAILED', suppressed: 99 },
    ]);
  });

  it('say what the driver or the plan said, so that an operator knows what to change', () => {
    const { logger, lines } = aLogger();
    const message = 'stream router-stream exists with retention limits, but workqueue is needed';

    logNatsEvents(logger)({ type: 'subscribe-failed', reason: 'unknown', message });
    const full = 'resource limits exceeded for account (10002)';
    const failed = { type: 'publish-failed', withAck: true, reason: 'broker_error' } as const;
    logNatsEvents(logger)({ ...failed, stream: 'router-dlq', message: full });

    expect(lines()[0]).toMatchObject({ level: 'ERROR', context: { detail: message } });
    expect(lines()[1]).toMatchObject({ level: 'WARN', context: { detail: full } });
  });

  it('write nothing for what happens all the time', () => {
    const { logger, raw } = aLogger({ logLevel: 'debug' });

    logNatsEvents(logger)({ type: 'published' });
    // A repeated request, not a fault.
    const reason = 'wrong_sequence';
    logNatsEvents(logger)({ type: 'publish-failed', withAck: true, reason, stream: 's' });
    logIntakeEvents(logger)({ type: 'received', subject: 's' });
    logPolicyEvents(logger)({ type: 'policy-lookup', hit: true, tenantId: 't' });

    expect(raw()).toEqual([]);
  });

  it('put the error code of a refused message where the contract wants it', () => {
    const { logger, lines } = aLogger();

    logIntakeEvents(logger)({ type: 'rejected', subject: 's', errorCode: 'TENANT_FORBIDDEN' });

    expect(lines()[0]).toMatchObject({ level: 'WARN', error_code: 'TENANT_FORBIDDEN' });
  });

  it('name the first ten problems of a bad policy', () => {
    const { logger, lines } = aLogger();
    const problems = Array.from({ length: 12 }, (_, index) => `problem ${index}`);

    logPolicyEvents(logger)({
      type: 'policy-rejected',
      tenantId: 'a',
      policyId: 'p',
      source: 'kv',
      problems,
    });

    expect(lines()[0]).toMatchObject({ tenant_id: 'a', context: { policy_id: 'p', more: 2 } });
  });
});

it('Nest logs through it, with the class that speaks as source', () => {
  const { logger, lines } = aLogger();
  const nest = new PinoNestLogger(logger);

  nest.log('started', 'NestFactory');
  nest.error('failed', 'Error: x\n    at y', 'Router');

  expect(lines()).toEqual([
    expect.objectContaining({
      level: 'INFO',
      message: 'started',
      context: { source: 'NestFactory' },
    }),
    expect.objectContaining({
      level: 'ERROR',
      context: { source: 'Router', details: ['Error: x\n    at y'] },
    }),
  ]);
});

function aLogger(options: LoggerOptions = {}) {
  const written: string[] = [];
  const sink = { write: (line: string) => void written.push(line), close: () => Promise.resolve() };
  const logger = createLogger(options, [sink]);
  const lines = () => written.map((line): Record<string, unknown> => JSON.parse(line));
  return { logger, lines, raw: () => written };
}
