import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { NpmStart, aDataDir, processesOf, removeDataDir } from './npm-start.js';

/** What is promised is five seconds; a machine that does other things too may take its time. */
const GONE_WITHIN_MS = 20_000;
const ANY_TEST_MS = 120_000;

let dataDir: string;
beforeEach(() => {
  dataDir = aDataDir();
});
afterEach(async () => {
  await NpmStart.stopAll();
  removeDataDir(dataDir);
});

/** Runs a printed command the way a user does: pasted into a shell, in some other folder. */
function paste(command: string): Promise<string> {
  const env = { ...process.env, BEAMLINE_DATA_DIR: dataDir };
  return new Promise((done, fail) => {
    execFile('/bin/sh', ['-c', command], { cwd: tmpdir(), env }, (error, stdout, stderr) =>
      error ? fail(new Error(`${command}\n${stderr}`)) : done(stdout),
    );
  });
}

/** How long it took until no process of the system was left; the processes that stayed if it took too long. */
async function goneAfter(): Promise<{ readonly leftOver: readonly string[] }> {
  const deadlineMs = Date.now() + GONE_WITHIN_MS;
  while (processesOf(dataDir).length > 0 && Date.now() < deadlineMs) await sleep(100);
  return { leftOver: processesOf(dataDir) };
}

async function withPortTaken<T>(work: (port: number) => Promise<T>): Promise<T> {
  const server = await new Promise<Server>((done) => {
    const listening = createServer().listen(0, '127.0.0.1', () => done(listening));
  });
  try {
    const address = server.address();
    return await work(typeof address === 'object' && address ? address.port : 0);
  } finally {
    await new Promise((done) => server.close(done));
  }
}

it(
  'prints a command for every door that answers with a decision, and leaves no process after Ctrl-C',
  async () => {
    const system = await NpmStart.ready(dataDir);

    const commands = system.printedCommands;
    const answers = await Promise.all([...commands.values()].map(paste));
    const endpoints = system.endpoints;
    system.interrupt();
    const { leftOver } = await goneAfter();

    expect([...commands.keys()]).toEqual(['http', 'grpc', 'nats']);
    for (const answer of answers)
      expect(JSON.stringify(JSON.parse(answer))).toMatch(/"provider_id":"[^"]+"/);
    expect(endpoints).toEqual({
      nats: expect.stringMatching(/^nats:\/\/127\.0\.0\.1:\d+$/),
      routerHttp: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      routerGrpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      gatewayHttp: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect(leftOver).toEqual([]);
    expect(system.endpoints).toBeUndefined();
    expect(await system.ended).toBe(0);
  },
  ANY_TEST_MS,
);

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'leaves no process when npm gets %s',
  async (signal) => {
    const system = await NpmStart.ready(dataDir);

    system.signalNpm(signal);

    expect((await goneAfter()).leftOver).toEqual([]);
  },
  ANY_TEST_MS,
);

it(
  'keeps the data from one start to the next, also past a stale address file',
  async () => {
    const streamsOf = async (system: NpmStart): Promise<void> => {
      const connection = await connect({ servers: system.endpoints?.nats ?? '' });
      const manager = await jetstreamManager(connection);
      await manager.streams
        .info('kept')
        .catch(() => manager.streams.add({ name: 'kept', subjects: ['kept'] }));
      await connection.close();
    };
    const first = await NpmStart.ready(dataDir);
    await streamsOf(first);
    first.interrupt('SIGKILL');
    await goneAfter();

    const second = await NpmStart.ready(dataDir);
    const connection = await connect({ servers: second.endpoints?.nats ?? '' });
    const kept = await (await jetstreamManager(connection)).streams.info('kept');
    await connection.close();
    await second.stop();

    expect(kept.config.name).toBe('kept');
  },
  ANY_TEST_MS,
);

it(
  'names the port that is taken, the key that moves it, and starts nothing',
  async () => {
    const { code, output, port } = await withPortTaken(async (taken) => {
      const system = NpmStart.launch(dataDir, { GATEWAY_PORT: String(taken) });
      return { code: await system.ended, output: system.output, port: taken };
    });

    expect(code).toBe(1);
    expect(output).toContain(
      `Port ${port} on 127.0.0.1 is taken; it is wanted for gateway-adapter, HTTP.`,
    );
    expect(output).toContain('GATEWAY_PORT=');
    expect(processesOf(dataDir)).toEqual([]);
  },
  ANY_TEST_MS,
);

it(
  'refuses a second start on the same data folder and leaves the first alone',
  async () => {
    const first = await NpmStart.ready(dataDir);

    const second = NpmStart.launch(dataDir);
    const code = await second.ended;
    const endpoints = first.endpoints;
    await first.stop();

    expect(code).toBe(1);
    expect(second.output).toMatch(/already running, as process \d+/);
    expect(endpoints).toBeDefined();
  },
  ANY_TEST_MS,
);
