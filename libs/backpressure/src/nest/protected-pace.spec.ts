import { ScriptedGate, startTestNats } from '@beamline/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected } from './protected.decorator.js';
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

it('answers others over HTTP while handlers keep the processor busy', async () => {
  const app = await anApplication();
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/sums`;
  const ask = async (path = ''): Promise<number> => Number(await (await fetch(url + path)).text());
  // Connections that are open already: Node accepts one of them per turn.
  await Promise.all(Array.from({ length: REQUESTS + 1 }, () => ask('/done')));

  const sums = Array.from({ length: REQUESTS }, () => ask());
  const doneMeanwhile = await ask('/done');
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
