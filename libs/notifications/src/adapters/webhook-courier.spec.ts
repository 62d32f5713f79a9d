import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { eventually } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { WebhookCourier } from './webhook-courier.js';
import { EndpointGuard } from './endpoint-guard.js';
import {
  aNotification,
  answerYes,
  anEndpoint,
  endingsOf,
  WebhookParts,
} from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('A notification', () => {
  it('arrives as the bytes that go over NATS, signed with every secret', async () => {
    const gateway = await parts.gateway();
    const secrets = [aSecret(), aSecret()];
    const { courier } = parts.courier({ secrets, bearerToken: 'pass-word' });
    const notification = aNotification();

    courier.send(gateway.endpoint, notification);

    const [received] = await eventually(() => gateway.received.length > 0 && gateway.received);
    expect(received).toMatchObject({ method: 'POST', path: '/api/backpressure' });
    expect(received?.body).toBe(JSON.stringify(notification));
    expect(received?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(received?.body.length),
      authorization: 'Bearer pass-word',
    });
    for (const secret of secrets) {
      const headers = received?.headers as Record<string, string>;
      expect(new Webhook(secret).verify(received?.body ?? '', headers)).toEqual(notification);
    }
  });

  it('is written down and counted when it has arrived', async () => {
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier();
    const { endpointId } = gateway.endpoint;

    courier.send(gateway.endpoint, aNotification({ seq: 7 }));

    await eventually(() => told.events.length === 1);
    expect(told.events[0]).toMatchObject({
      type: 'notification-delivered',
      endpointId,
      status: 'active',
      attempts: 1,
    });
    expect(courier.deliveries(endpointId)).toMatchObject([
      { outcome: 'delivered', subject: 'beamline.router.v1.decide', seq: 7, httpStatus: 204 },
    ]);
  });

  it('is tried again under the same id, and its attempts are counted', async () => {
    const gateway = await parts.gateway((response, count) => {
      response.writeHead(count < 3 ? 500 : 204).end();
    });
    const { courier, told } = parts.courier({ secrets: [aSecret()] });

    courier.send(gateway.endpoint, aNotification());

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(new Set(gateway.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(endingsOf(courier.deliveries(gateway.endpoint.endpointId))).toEqual([
      { seq: 1, outcome: 'delivered', attempts: 3, httpStatus: 204 },
    ]);
  });

  it('that arrived while its answer was lost is delivered', async () => {
    const gateway = await parts.gateway((response, count) => {
      if (count === 1) response.destroy();
      else response.writeHead(409).end();
    });
    const { courier, told } = parts.courier();

    courier.send(gateway.endpoint, aNotification());

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(gateway.received).toHaveLength(2);
  });

  it('is not sent any more when it is as old as it may get', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response) => void held.push(response));
    const { courier, told } = parts.courier();

    courier.send(gateway.endpoint, aNotification({ subject: 'a', seq: 1 }));
    await eventually(() => held.length === 1);
    courier.send(gateway.endpoint, aNotification({ subject: 'b', seq: 2, ttl_ms: 0 }));
    held[0]?.writeHead(204).end();

    await eventually(() => told.of('notification-failed').length === 1);
    expect(gateway.received).toHaveLength(1);
    expect(endingsOf(courier.deliveries(gateway.endpoint.endpointId))).toEqual([
      { seq: 2, outcome: 'failed', failure: 'expired', attempts: 0 },
      { seq: 1, outcome: 'delivered', attempts: 1, httpStatus: 204 },
    ]);
  });

  it('is given up when it would be too old after the pause that the endpoint asks for', async () => {
    const gateway = await parts.gateway((response) => {
      response.writeHead(429, { 'retry-after': '9999' }).end();
    });
    const { courier, told } = parts.courier({ maxPauseMs: 300_000 });

    courier.send(gateway.endpoint, aNotification({ ttl_ms: 300_000 }));

    await eventually(() => told.of('notification-failed').length === 1);
    expect(gateway.received).toHaveLength(1);
  });

  it('that is larger than bodies may be is not sent', async () => {
    const gateway = await parts.gateway();
    const { courier } = parts.courier({ maxBodyBytes: 1000 });

    courier.send(gateway.endpoint, aNotification({ subject: 'a'.repeat(1000) }));

    expect(endingsOf(courier.deliveries(gateway.endpoint.endpointId))).toEqual([
      { seq: 1, outcome: 'failed', failure: 'too_large', attempts: 0 },
    ]);
    expect(gateway.received).toHaveLength(0);
  });
});

describe('An endpoint', () => {
  it('has one attempt under way, and then gets the newest of each subject', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response, count) => {
      if (count === 1) held.push(response);
      else answerYes(response, count, response.req);
    });
    const { courier, told } = parts.courier();

    for (const [seq, subject] of ['a', 'a', 'b', 'a', 'b'].entries()) {
      courier.send(gateway.endpoint, aNotification({ subject, seq }));
      if (seq === 0) await eventually(() => held.length === 1);
    }
    expect(gateway.received).toHaveLength(1);
    held[0]?.writeHead(204).end();

    await eventually(() => told.of('notification-delivered').length === 3);
    expect(gateway.received.map(({ document }) => document.seq)).toEqual([0, 3, 4]);
    expect(told.of('notification-superseded')).toHaveLength(2);
    expect(courier.deliveries(gateway.endpoint.endpointId)).toHaveLength(3);
  });

  it('that failed is told of what is newer, and no more of what it missed', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response, count) => {
      if (count === 1) held.push(response);
      else answerYes(response, count, response.req);
    });
    const { courier, told } = parts.courier();

    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => held.length === 1);
    courier.send(gateway.endpoint, aNotification({ seq: 2 }));
    held[0]?.writeHead(500).end();

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(endingsOf(courier.deliveries(gateway.endpoint.endpointId))).toEqual([
      { seq: 2, outcome: 'delivered', attempts: 1, httpStatus: 204 },
      { seq: 1, outcome: 'superseded', attempts: 1, httpStatus: 500 },
    ]);
  });

  it('is called over one connection as long as it keeps it', async () => {
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier();

    for (const seq of [1, 2, 3]) {
      courier.send(gateway.endpoint, aNotification({ seq }));
      await eventually(() => told.of('notification-delivered').length === seq);
    }

    expect(gateway.connections).toBe(1);
  });

  it('may close a kept connection at any time without having failed', async () => {
    const served = new WeakSet();
    const gateway = await parts.gateway((response, count, request) => {
      if (served.has(request.socket)) request.socket.destroy();
      else answerYes(response, count, request);
      served.add(request.socket);
    });
    const { courier, told } = parts.courier();

    for (const seq of [1, 2]) {
      courier.send(gateway.endpoint, aNotification({ seq }));
      await eventually(() => told.of('notification-delivered').length === seq);
    }

    expect(told.events).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    expect(gateway.connections).toBe(2);
  });

  it('shows its last twenty deliveries, newest first', async () => {
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier();

    for (let seq = 1; seq <= 22; seq += 1) {
      courier.send(gateway.endpoint, aNotification({ seq }));
      await eventually(() => told.of('notification-delivered').length === seq);
    }

    const deliveries = courier.deliveries(gateway.endpoint.endpointId);
    expect(deliveries).toHaveLength(20);
    expect(deliveries.at(0)?.seq).toBe(22);
  });

  it('that is forgotten is neither called nor known any more, whatever was under way', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response) => void held.push(response));
    const { courier, told } = parts.courier();
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => held.length === 1);
    courier.send(gateway.endpoint, aNotification({ seq: 2, subject: 'b' }));

    courier.forget(gateway.endpoint.endpointId);

    await eventually(() => held[0]?.destroyed === true);
    expect(courier.deliveries(gateway.endpoint.endpointId)).toEqual([]);
    expect(told.events).toEqual([]);
    expect(gateway.received).toHaveLength(1);
  });

  it('that is registered again after it was forgotten is called again', async () => {
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier();
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    courier.forget(gateway.endpoint.endpointId);

    courier.send(gateway.endpoint, aNotification({ seq: 2 }));

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(endingsOf(courier.deliveries(gateway.endpoint.endpointId))).toMatchObject([{ seq: 2 }]);
  });

  it('beyond as many as are served fails, and the others do not', async () => {
    const gateway = await parts.gateway();
    const { courier, told } = parts.courier({ maxEndpoints: 1 });

    courier.send(gateway.endpoint, aNotification());
    courier.send(anEndpoint(`${gateway.endpoint.endpoint}/2`), aNotification());

    await eventually(() => told.of('notification-delivered').length === 1);
    expect(told.of('notification-failed')).toMatchObject([
      { failure: 'unknown', detail: 'more than 1 endpoints are served' },
    ]);
  });
});

describe('A courier that is stopped', () => {
  it('cuts off what does not end by itself, and starts nothing', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response) => void held.push(response));
    const { courier } = parts.courier({ stopWithinMs: 10 });
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => held.length === 1);
    courier.send(gateway.endpoint, aNotification({ seq: 2 }));

    await courier.stop();
    courier.send(gateway.endpoint, aNotification({ seq: 3 }));

    await eventually(() => held[0]?.destroyed === true);
    expect(gateway.received).toHaveLength(1);
  });

  it('lets end what ends soon', async () => {
    const held: ServerResponse[] = [];
    const gateway = await parts.gateway((response) => void held.push(response));
    const { courier, told } = parts.courier({ stopWithinMs: 20_000 });
    courier.send(gateway.endpoint, aNotification());
    await eventually(() => held.length === 1);

    const stopped = courier.stop();
    held[0]?.writeHead(204).end();
    await stopped;

    expect(told.types()).toEqual(['notification-delivered']);
  });
});

describe('A courier', () => {
  it.each([
    [{ timeoutMs: 0 }, 'timeoutMs must be an integer from 1 to 60000 (got 0)'],
    [{ maxAttempts: 21 }, 'maxAttempts must be an integer from 1 to 20 (got 21)'],
    [{ basePauseMs: 200, maxPauseMs: 100 }, 'maxPauseMs must be an integer from 200'],
    [{ maxConcurrent: 1.5 }, 'maxConcurrent must be an integer from 2'],
    [{ secrets: ['whsec_c2hvcnQ='] }, 'webhook secret 1 must be'],
    [{ bearerToken: 'two words' }, 'bearer token must be'],
  ])('is not made with %j: %s', (options, message) => {
    expect(() => new WebhookCourier({ guard: new EndpointGuard(), ...options })).toThrow(message);
  });
});

function aSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
