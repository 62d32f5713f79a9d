import { connect as connectTcp, type Socket } from 'node:net';
import { eventually, ScriptedGate, startTestNats } from '@beamline/testing';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected } from './protected.decorator.js';
import { OverloadSerializer } from './overload-serializer.js';
import { ProtectionModule } from './protection.module.js';

const REQUESTS = 40;
const WORK_MS = 8;

let done = 0;

/** Keeps the processor, and with it the event loop, busy. */
function compute(work: RequestWork): number {
  const untilMs = performance.now() + WORK_MS;
  while (performance.now() < untilMs);
  work.report({ serviceMs: WORK_MS, queueMs: 0 });
  done += 1;
  return done;
}

@Controller('sums')
class SumsController {
  @Get()
  @Protected('sums')
  sum(@RequestPermit() work: RequestWork): number {
    return compute(work);
  }

  @Get('done')
  done(): number {
    return done;
  }

  @MessagePattern('sums.sum', Transport.NATS)
  @Protected('sums')
  ask(@RequestPermit() work: RequestWork): number {
    return compute(work);
  }

  @MessagePattern('sums.done', Transport.NATS)
  askDone(): number {
    return done;
  }
}

/** One kept-alive connection. */
class HttpCaller {
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connectTcp(port, '127.0.0.1');
  }

  /** The number that is answered; never, when the connection is gone. */
  ask(path: string): Promise<number> {
    const answer = new Promise<number>((resolve) => {
      this.#socket.once('data', (data) => resolve(Number(String(data).split('\r\n\r\n')[1])));
    });
    this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: sums\r\n\r\n`);
    return answer;
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

let gate: ScriptedGate;

async function anApplication(): Promise<INestApplication> {
  gate = new ScriptedGate();
  done = 0;
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates: () => gate })],
    controllers: [SumsController],
  }).compile();
  return module.createNestApplication(new FastifyAdapter(), { logger: false });
}

/** The report of the last one tells that it has waited for most of the others. */
function expectWaitsToBeTold(): void {
  const waits = gate.settled.map(({ report }) => report?.queueMs ?? 0);
  expect(Math.max(...waits)).toBeGreaterThan((REQUESTS / 2) * WORK_MS);
  expect(gate.settled).toHaveLength(REQUESTS);
}

/** Callers over HTTP whose connections are accepted: Node accepts one of them per turn. */
async function callers(app: INestApplication, count: number): Promise<HttpCaller[]> {
  await app.listen(0, '127.0.0.1');
  const { port } = new URL(await app.getUrl());
  const all = Array.from({ length: count }, () => new HttpCaller(Number(port)));
  await Promise.all(all.map((caller) => caller.ask('/sums/done')));
  return all;
}

it('answers others over HTTP while handlers keep the processor busy', async () => {
  const app = await anApplication();
  const [other, ...all] = await callers(app, REQUESTS + 1);

  const sums = all.map((caller) => caller.ask('/sums'));
  const doneMeanwhile = await other?.ask('/sums/done');
  await Promise.all(sums);

  expect(doneMeanwhile).toBeLessThan(REQUESTS / 2);
  expectWaitsToBeTold();
  await app.close();
});

it('answers others over NATS while handlers keep the processor busy, though all came with one read', async () => {
  const nats = await startTestNats();
  const app = await anApplication();
  const service = app.connectMicroservice({
    transport: Transport.NATS,
    options: { servers: nats.url },
  });
  await app.startAllMicroservices();
  await service.unwrap<NatsConnection>().flush();
  const client = await connect({ servers: nats.url });
  const ask = async (pattern: string): Promise<number> => {
    const packet = JSON.stringify({ pattern, data: {}, id: 'x' });
    const answer = await client.request(pattern, packet, { timeout: 20_000 });
    return answer.json<{ response: number }>().response;
  };

  const sums = Array.from({ length: REQUESTS }, () => ask('sums.sum'));
  const doneMeanwhile = await ask('sums.done');
  await Promise.all(sums);

  expect(doneMeanwhile).toBeLessThan(REQUESTS / 2);
  expectWaitsToBeTold();
  await client.close();
  await app.close();
  await nats.stop();
});

it('does not begin what its caller has hung up on while it waited for its turn', async () => {
  const app = await anApplication();
  const all = await callers(app, REQUESTS);

  for (const caller of all) void caller.ask('/sums');
  await eventually(() => expect(gate.requests).toHaveLength(REQUESTS), { intervalMs: 1 });
  for (const caller of all) caller.hangUp();

  await eventually(() => expect(gate.settled).toHaveLength(REQUESTS));
  const ignored = gate.settled.filter(({ outcome }) => outcome === 'ignored');
  expect(ignored).not.toHaveLength(0);
  expect(done).toBeLessThan(REQUESTS);
  await app.close();
});

/** An application behind NATS, asked by callers who wait five pieces of work long. */
async function askedByTheImpatient(view: Parameters<ScriptedGate['show']>[0]): Promise<any[]> {
  const nats = await startTestNats();
  const app = await anApplication();
  gate.show(view);
  const service = app.connectMicroservice({
    transport: Transport.NATS,
    options: { servers: nats.url, serializer: new OverloadSerializer() },
  });
  await app.startAllMicroservices();
  await service.unwrap<NatsConnection>().flush();
  const client = await connect({ servers: nats.url });
  const impatient = headers();
  impatient.set('x-timeout-ms', String(5 * WORK_MS));
  const packet = JSON.stringify({ pattern: 'sums.sum', data: {}, id: 'x' });
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () =>
      client.request('sums.sum', packet, { timeout: 20_000, headers: impatient }),
    ),
  );
  await client.close();
  await app.close();
  await nats.stop();
  return answers.map((answer) => answer.json());
}

it('refuses over NATS what has waited for its turn longer than its caller waits', async () => {
  const answers = await askedByTheImpatient({});

  const refused = answers.map(({ err }) => err).filter(Boolean);
  expect(refused.length).toBeGreaterThan(REQUESTS / 4);
  expect(refused[0]).toMatchObject({ error: { code: 'service_overloaded' } });
  expect(done).toBe(REQUESTS - refused.length);
  expect(gate.settled.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(refused.length);
});

it('begins everything where the gate promises to refuse nothing', async () => {
  const answers = await askedByTheImpatient({ mode: 'shadow' });

  expect(answers.filter(({ err }) => err)).toEqual([]);
  expect(done).toBe(REQUESTS);
});
