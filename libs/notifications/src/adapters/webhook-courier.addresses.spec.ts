import { eventually } from '@beamline/testing';
import { EndpointGuard } from './endpoint-guard.js';
import { aNotification, anEndpoint, endingsOf, WebhookParts } from './webhook.fixture.js';

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('An address that must not be called', () => {
  it('is not called when a name turns to it after it was registered', async () => {
    const gateway = await parts.gateway((response) => {
      response.writeHead(204, { connection: 'close' }).end();
    });
    const addresses = ['127.0.0.1', '169.254.169.254', '127.0.0.1'];
    const { courier, told } = parts.courier({
      guard: new EndpointGuard({ hosts: ['gateway.test', '127.0.0.1'] }),
      resolve: async () => [{ address: addresses.shift() ?? '0.0.0.0', family: 4 }],
    });
    const endpoint = anEndpoint(`http://gateway.test:${gateway.port}/`);

    for (const seq of [1, 2, 3]) {
      courier.send(endpoint, aNotification({ seq }));
      await eventually(() => told.events.length === seq);
    }

    expect(endingsOf(courier.deliveries(endpoint.endpointId))).toMatchObject([
      { seq: 3, outcome: 'delivered' },
      { seq: 2, outcome: 'failed', failure: 'refused_address', attempts: 1 },
      { seq: 1, outcome: 'delivered' },
    ]);
    expect(courier.deliveries(endpoint.endpointId)[1]?.detail).toBe(
      'gateway.test at 169.254.169.254 is never called: linkLocal',
    );
  });

  it('is not called for an endpoint that was registered when it was still allowed', async () => {
    const gateway = await parts.gateway();

    const fate = await parts.fateAt(gateway.endpoint, {
      guard: new EndpointGuard({ hosts: ['localhost'] }),
    });

    expect(fate).toMatchObject({ failure: 'refused_address', attempts: 1 });
    expect(gateway.connections).toBe(0);
  });
});

describe('A name', () => {
  it('that resolves to nothing is a failure of its own', async () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });

    const fate = await parts.fateAt(anEndpoint('http://localhost:1/'), {
      resolve: () => Promise.reject(error),
      maxAttempts: 2,
    });

    expect(fate).toMatchObject({ failure: 'unresolved', attempts: 2 });
  });

  it('that is being resolved for too long fails in time', async () => {
    const fate = await parts.fateAt(anEndpoint('http://localhost:1/'), {
      resolve: () => new Promise(() => undefined),
      timeoutMs: 100,
      maxAttempts: 1,
    });

    expect(fate).toMatchObject({ failure: 'timeout' });
  });
});
