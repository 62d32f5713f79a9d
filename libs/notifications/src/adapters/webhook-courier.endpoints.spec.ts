import type { ServerResponse } from 'node:http';
import { eventually } from '@beamline/testing';
import {
  aNotification,
  anEndpoint,
  answerYes,
  endingsOf,
  WebhookParts,
} from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

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
    await courier.stop();
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

  it('that was well in between is tried again as soon as after a first failure', async () => {
    const gateway = await parts.gateway((response, count) => {
      response.writeHead(count === 2 ? 204 : 500).end();
    });
    const jitters = [0, 1];
    const { courier, told } = parts.courier({
      basePauseMs: 60_000,
      maxPauseMs: 300_000,
      random: () => jitters.shift() ?? 1,
    });
    courier.send(gateway.endpoint, aNotification({ seq: 1 }));
    await eventually(() => told.of('notification-delivered').length === 1);

    // Worth another attempt after a first pause, and too old after a second one.
    courier.send(gateway.endpoint, aNotification({ seq: 2, ttl_ms: 100_000 }));
    await eventually(() => jitters.length === 0);
    courier.send(gateway.endpoint, aNotification({ seq: 3 }));

    await eventually(() => told.events.length === 2);
    expect(told.types()).toEqual(['notification-delivered', 'notification-superseded']);
  });
});
