import type { NatsSource } from '@beamline/jetstream';
import { FakeClock, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@beamline/testing';
import { DoorDelayProbe } from './door-delay-probe.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('measures next to nothing on a connection that is idle', async () => {
  const { delays } = await aProbe({ everyMs: 5 });

  await eventually(() => delays.length >= 10);
  const sorted = delays.toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(10);
});

it('sees the wait behind a server that does not answer while it lasts, and no more when it is over', async () => {
  const server = await startTestNats();
  const { probe, delays } = await aProbe({ everyMs: 5, url: server.url });
  await eventually(() => delays.length >= 3);

  process.kill(server.pid, 'SIGSTOP');
  await eventually(() => probe.delayMs() > 100);
  expect(Math.max(...delays)).toBeGreaterThan(50);

  process.kill(server.pid, 'SIGCONT');
  await eventually(() => probe.delayMs() < 20);
  await parts.end();
  await server.stop();
});

it('sees work that holds the process up', async () => {
  const link = parts.link(nats.url);
  const connection = await link.ready;
  let holdsUpMs = 0;
  const busy = {
    flush: () => {
      const answered = connection.flush();
      const untilMs = performance.now() + holdsUpMs;
      while (performance.now() < untilMs);
      holdsUpMs = 0;
      return answered;
    },
  };
  const { delays } = aProbeOf(
    { connection: busy as any, ready: link.ready, isConnected: true },
    { everyMs: 5 },
  );
  await eventually(() => delays.length >= 3);

  holdsUpMs = 80;

  await eventually(() => Math.max(...delays) > 40);
});

it('says nothing while there is no connection, and begins anew with the next one', async () => {
  const server = await startTestNats();
  const { probe, delays, link } = await aProbe({ everyMs: 5, url: server.url });
  await eventually(() => delays.length >= 3);

  await server.kill();
  await eventually(() => !link.isConnected);
  await sleep(30);
  const told = delays.length;
  await sleep(100);
  expect(delays).toHaveLength(told);
  expect(probe.delayMs()).toBe(0);

  await server.restart();
  await eventually(() => delays.length > told);
  await parts.end();
  await server.stop();
});

it('has at most one probe on its way', async () => {
  let flushes = 0;
  const connection = {
    flush: () => {
      flushes += 1;
      return new Promise<void>(() => undefined);
    },
  };
  const clock = new FakeClock();
  const delays: number[] = [];
  const probe = new DoorDelayProbe(
    { connection: connection as any, ready: new Promise(() => undefined), isConnected: true },
    { everyMs: 1, clock, onDelay: (delayMs) => void delays.push(delayMs) },
  );
  probe.start();
  await eventually(() => flushes === 1);
  clock.advance(500);
  await eventually(() => delays.includes(500));
  probe.stop();

  expect(flushes).toBe(1);
  expect(probe.delayMs()).toBe(500);
});

it('forgets the delay of a connection that is lost', async () => {
  const clock = new FakeClock();
  let answer: () => void = () => undefined;
  const source = {
    connection: { flush: () => new Promise<void>((resolve) => (answer = resolve)) } as any,
    ready: new Promise<never>(() => undefined),
    isConnected: true,
  };
  const delays: number[] = [];
  const probe = new DoorDelayProbe(source, {
    everyMs: 1,
    clock,
    onDelay: (delayMs) => void delays.push(delayMs),
  });
  parts.onEnd(() => probe.stop());
  probe.start();
  await eventually(() => {
    answer();
    return delays.length > 0;
  });
  await eventually(() => {
    clock.advance(100);
    answer();
    return probe.delayMs() >= 100;
  });

  source.isConnected = false;

  await eventually(() => probe.delayMs() === 0);
});

async function aProbe({ everyMs, url = nats.url }: { everyMs: number; url?: string }) {
  const link = parts.link(url);
  await link.ready;
  return { link, ...aProbeOf(link, { everyMs }) };
}

function aProbeOf(source: NatsSource, { everyMs }: { everyMs: number }) {
  const delays: number[] = [];
  const probe = new DoorDelayProbe(source, {
    everyMs,
    onDelay: (delayMs) => void delays.push(delayMs),
  });
  parts.onEnd(() => probe.stop());
  probe.start();
  return { probe, delays };
}
