import { getEventListeners } from 'node:events';
import { lookup } from 'node:dns';
import { type Answer, answerYes, type TestGateway, WebhookParts } from './webhook.fixture.js';
import { WebhookTransport } from './webhook-transport.js';

const parts = new WebhookParts();
const transport = new WebhookTransport({ timeoutMs: 20_000, lookup });
afterEach(() => parts.end());
afterAll(() => transport.close());

describe('An attempt', () => {
  it.each<[string, Answer]>([
    ['arrived', answerYes],
    ['failed', (response) => void response.writeHead(500).end()],
    ['was cut off by the endpoint', (response) => void response.destroy()],
  ])('that %s leaves nothing behind on the signal that could cut it off', async (_, answer) => {
    const gateway = await parts.gateway(answer);
    const { signal } = new AbortController();

    for (let count = 0; count < 20; count += 1) await attempt(gateway, signal);

    expect(gateway.received).toHaveLength(20);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('that arrived over a kept connection which was closed before its answer is repeated, and has arrived', async () => {
    const gateway = await parts.gateway((response, count) => {
      if (count === 2) response.destroy();
      else response.writeHead(count === 1 ? 204 : 409).end();
    });
    const { signal } = new AbortController();
    await attempt(gateway, signal);

    expect(await attempt(gateway, signal)).toEqual({ kind: 'accepted', httpStatus: 409 });
    expect(gateway.received).toHaveLength(3);
  });

  it('that is cut off ends at once', async () => {
    const cut = new AbortController();
    const gateway = await parts.gateway(() => cut.abort());

    expect(await attempt(gateway, cut.signal)).toMatchObject({ kind: 'failed' });
  });

  it('that was cut off before it began calls nobody', async () => {
    const gateway = await parts.gateway();

    expect(await attempt(gateway, AbortSignal.abort())).toMatchObject({ kind: 'failed' });
    expect(gateway.received).toHaveLength(0);
  });

  it('that cannot even begin is a failure like others', async () => {
    const gateway = await parts.gateway();
    const url = new URL(gateway.endpoint.endpoint);
    const call = { url, body: Buffer.from('{}'), attempt: 1, signal: new AbortController().signal };

    const result = await transport.post({ ...call, headers: { 'x-broken': 'a\r\nb' } });

    expect(result).toMatchObject({ kind: 'failed', failure: 'unknown' });
  });
});

function attempt({ endpoint }: TestGateway, signal: AbortSignal): Promise<unknown> {
  const url = new URL(endpoint.endpoint);
  return transport.post({ url, headers: {}, body: Buffer.from('{}'), attempt: 1, signal });
}
