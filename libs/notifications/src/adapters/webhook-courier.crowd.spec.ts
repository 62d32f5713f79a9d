import type { ServerResponse } from 'node:http';
import { eventually } from '@beamline/testing';
import { aNotification, answerYes, anEndpoint, WebhookParts } from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('Many endpoints', () => {
  it('have no more attempts under way than there may be, and all get theirs', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    const gateway = await parts.gateway((response) => {
      held.push(response);
      most = Math.max(most, held.length);
    });
    const { courier, told } = parts.courier({ maxConcurrent: 4 });
    const notification = aNotification();

    for (let n = 0; n < 100; n += 1) {
      courier.send(anEndpoint(`${gateway.endpoint.endpoint}/${n}`), notification);
    }
    await eventually(() => {
      for (const response of held.splice(0)) response.writeHead(204).end();
      return told.of('notification-delivered').length === 100;
    });

    expect(most).toBeLessThanOrEqual(4);
    expect(new Set(gateway.received.map(({ path }) => path)).size).toBe(100);
  });

  it('that hang do not keep the others from being told of what is new', async () => {
    let hangs = false;
    const bad = await parts.gateway((response) => {
      if (!hangs) response.writeHead(500).end();
    });
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier({ maxConcurrent: 4, maxAttempts: 1 });
    const endpoints = Array.from({ length: 20 }, (_, n) =>
      anEndpoint(`${bad.endpoint.endpoint}/${n}`),
    );
    for (const endpoint of endpoints) courier.send(endpoint, aNotification({ seq: 1 }));
    await eventually(() => told.of('notification-failed').length === 20);

    // All of them failed last time: from now on they have half of the places, and hang there.
    hangs = true;
    for (const endpoint of endpoints) courier.send(endpoint, aNotification({ seq: 2 }));
    for (let seq = 1; seq <= 3; seq += 1) {
      courier.send(gateway.endpoint, aNotification({ seq }));
      await eventually(() => told.of('notification-delivered').length === seq);
    }

    expect(bad.received).toHaveLength(20 + 2);
  });

  it('that failed are told once they are well again', async () => {
    let isWell = false;
    const gateway = await parts.gateway((response, count, request) => {
      if (isWell) answerYes(response, count, request);
      else response.writeHead(500).end();
    });
    const { courier, told } = parts.courier({ maxAttempts: 2 });
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => told.of('notification-failed').length === 1);
    isWell = true;

    courier.send(gateway.endpoint, aNotification({ seq: 2 }));

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(gateway.received.at(-1)?.document.seq).toBe(2);
  });

  it('that fail rest before they get the next notification, and get the newest then', async () => {
    const calledAtMs: number[] = [];
    const gateway = await parts.gateway((response, count, request) => {
      calledAtMs.push(performance.now());
      if (count > 1) answerYes(response, count, request);
      else response.writeHead(404).end();
    });
    const restMs = 100;
    const pace = { basePauseMs: restMs, maxPauseMs: restMs, random: () => 1 };
    const { courier, told } = parts.courier(pace);
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => told.of('notification-failed').length === 1);

    courier.send(gateway.endpoint, aNotification({ seq: 2 }));
    courier.send(gateway.endpoint, aNotification({ seq: 3 }));

    await eventually(() => told.of('notification-delivered').length === 1);
    const [first = 0, second = 0] = calledAtMs;
    expect(second - first).toBeGreaterThanOrEqual(restMs);
    expect(gateway.received.at(-1)?.document.seq).toBe(3);
  });

  it('that fail for an hour are called ever more rarely, whatever there is to tell', async () => {
    const calledAtMs: number[] = [];
    const gateway = await parts.gateway((response) => {
      calledAtMs.push(performance.now());
      response.writeHead(500).end();
    });
    const pace = { basePauseMs: 10, maxPauseMs: 80, maxAttempts: 1, random: () => 1 };
    const { courier, told } = parts.courier(pace);

    for (let seq = 1; seq <= 7; seq += 1) {
      courier.send(gateway.endpoint, aNotification({ seq }));
      await eventually(() => told.of('notification-failed').length === seq, { intervalMs: 1 });
    }

    const pauses = calledAtMs.slice(1).map((atMs, index) => atMs - (calledAtMs[index] ?? 0));
    const leastMs = [10, 20, 40, 80, 80, 80];
    expect(pauses.every((pause, index) => pause >= (leastMs[index] ?? 0))).toBe(true);
    expect(pauses).toHaveLength(leastMs.length);
  });
});
