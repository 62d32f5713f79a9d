import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { eventually } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { aNotification, endingsOf, WebhookParts } from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('A notification', () => {
  it('arrives as the bytes that go over NATS, signed with every secret', async () => {
    const gateway = await parts.gateway();
    const secrets = [aSecret(), aSecret()];
    const { courier } = parts.courier({ secrets, bearerToken: 'pass-word' });
    const notification = aNotification();

    courier.send(gateway.endpoint, notification);

    await eventually(() => gateway.received.length === 1);
    const [received] = gateway.received;
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

function aSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
