import type { ServerResponse } from 'node:http';
import { eventually } from '@beamline/testing';
import { EndpointGuard } from './endpoint-guard.js';
import { WebhookCourier } from './webhook-courier.js';
import { aNotification, anEndpoint, WebhookParts } from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

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

  it('does not wait for names that are being resolved', async () => {
    let isAsked = false;
    const { courier, told } = parts.courier({
      resolve: () => {
        isAsked = true;
        return new Promise(() => undefined);
      },
    });
    courier.send(anEndpoint('http://localhost:1/'), aNotification());
    await eventually(() => isAsked);

    await courier.stop();

    expect(told.events).toEqual([]);
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
