import { SUBJECTS } from '@beamline/contracts/core';
import { eventually } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { DECISION, GatewayBench } from './gateway-bench.fixture.js';

const SECRET = `whsec_${Buffer.from('a-secret-of-32-bytes-for-webhook').toString('base64')}`;
const ACTIVE = { status: 'active', effective_status: 'active', retry_after_seconds: 7, credit: 5 };

const bench = new GatewayBench();
const call = bench.call.bind(bench);
const decide = bench.decide.bind(bench);
const read = async (response: Response): Promise<any> => response.json();

beforeEach(() => bench.open());
afterEach(() => bench.close());
afterAll(() => bench.end());

describe("the router's load", () => {
  it('is told, with what the gateway does about it', async () => {
    await bench.start();
    await bench.serve(SUBJECTS.statusBackpressure, { success: true, data: { status: 'warning' } });
    bench.push({ status: 'warning', effective_status: 'warning', credit: 50 });

    await eventually(
      async () => (await read(await call('/api/v1/backpressure'))).data.status === 'warning',
    );
    expect(await read(await call('/api/v1/backpressure'))).toMatchObject({
      success: true,
      data: {
        subject: SUBJECTS.decide,
        effective_status: 'warning',
        gateway: {
          mode: 'credit',
          source: 'push',
          pushes_lost: false,
          credit: 50,
          breaker: 'closed',
        },
        router: { status: 'warning' },
      },
    });
  });

  it('keeps everything out in contract mode while it is active, with the wait of the router', async () => {
    await bench.start({ GATEWAY_ADMISSION_MODE: 'contract', BACKPRESSURE_HTTP_STATUS: '503' });
    await bench.serve(SUBJECTS.decide, DECISION);
    bench.push(ACTIVE);

    const refused = await eventually(async () => {
      const response = await decide();
      expect(response.status).toBe(503);
      return response;
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(7);
    expect((await read(refused)).error.code).toBe('service_overloaded');
    bench.push({});
    await eventually(async () => (await decide()).status === 200);
  });

  it('lets as much through as the router takes, and refuses the rest without asking it', async () => {
    await bench.start();
    let asked = 0;
    const error = {
      code: 'service_overloaded',
      message: 'no more now',
      details: { retry_after_ms: 60_000, retryable: true },
    };
    bench.router.subscribe(SUBJECTS.decide, {
      callback: (_error, message) => {
        asked += 1;
        message.respond(JSON.stringify(asked % 20 === 0 ? DECISION : { ok: false, error }));
      },
    });
    await bench.router.flush();
    bench.push(ACTIVE);

    const refused = await eventually(async () => {
      const before = asked;
      const answers = await Promise.all(Array.from({ length: 60 }, () => decide()));
      expect(asked - before).toBeLessThan(30);
      return answers.find(({ status }) => status === 429);
    });
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    const page = await (await call('/metrics')).text();
    expect(page).toMatch(
      /^gateway_requests_refused_total\{reason="credit",criticality="default"\} \d+$/m,
    );
  });

  it('is left to the router where that is wanted', async () => {
    await bench.start({ GATEWAY_ADMISSION_MODE: 'off' });
    await bench.serve(SUBJECTS.decide, DECISION);
    bench.push(ACTIVE);
    const load = await eventually(async () => {
      const { data } = await read(await call('/api/v1/backpressure'));
      return data.status === 'active' && data;
    });
    expect(load.gateway.mode).toBe('off');

    const answers = await Promise.all(Array.from({ length: 60 }, () => decide()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('a notification over HTTP', () => {
  const PATH = '/api/v1/backpressure/notifications';
  let ids = 0;
  const signed = (body: string, id = `m-${(ids += 1)}`, at = new Date()) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign(id, at, body),
  });

  it('is believed when it is signed, once', async () => {
    await bench.start({ GATEWAY_WEBHOOK_SECRETS: SECRET });
    const body = JSON.stringify(bench.notification(ACTIVE));
    const headers = signed(body);

    const first = await call(PATH, { method: 'POST', headers, body });
    const again = await call(PATH, { method: 'POST', headers, body });
    expect(first.status).toBe(204);
    expect(again.status).toBe(409);
    expect((await read(await call('/api/v1/backpressure'))).data).toMatchObject({
      status: 'active',
      gateway: { source: 'webhook' },
    });
  });

  it.each<[string, (body: string) => Record<string, string>, number]>([
    ['not signed', () => ({}), 400],
    ['forged', (body) => signed(`${body} `), 401],
    ['late', (body) => signed(body, 'm-late', new Date(Date.now() - 600_000)), 401],
  ])('is not believed when it is %s', async (_what, headersOf, status) => {
    await bench.start({ GATEWAY_WEBHOOK_SECRETS: SECRET });
    const body = JSON.stringify(bench.notification(ACTIVE));

    expect((await call(PATH, { method: 'POST', headers: headersOf(body), body })).status).toBe(
      status,
    );
    expect((await read(await call('/api/v1/backpressure'))).data.status).toBe('unknown');
  });

  it('is not taken where no secret is configured', async () => {
    await bench.start();

    expect((await call(PATH, { method: 'POST', body: bench.notification() })).status).toBe(404);
  });
});
