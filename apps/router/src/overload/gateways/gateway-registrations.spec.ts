import { type GatewayEndpointDocument, SUBJECTS } from '@beamline/contracts/core';
import { eventually } from '@beamline/testing';
import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import { call, RouterPlant } from './router-plant.fixture.js';

let plant: RouterPlant;

beforeEach(async () => {
  plant = await RouterPlant.start();
});
afterEach(() => plant.stop());

describe('gateways', () => {
  it('register, are listed, and are taken out again', async () => {
    const running = await plant.replica();
    const endpoint = 'http://localhost:3000/api/backpressure';

    const first = await call(running, 'POST', 'gateways', { body: { endpoint } });
    const again = await call(running, 'POST', 'gateways', { body: { endpoint } });

    expect(first).toMatchObject({
      status: 201,
      body: { success: true, data: { endpoint, source: 'api', registered_at: expect.any(Number) } },
    });
    expect(again).toEqual({ status: 200, body: first.body });
    const { endpoint_id: id } = first.body.data;
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([first.body.data]);
    const path = `gateways/${encodeURIComponent(id)}`;
    expect((await call(running, 'GET', path)).body.data).toEqual(first.body.data);
    expect((await call(running, 'DELETE', path)).body.data).toEqual({ endpoint_id: id });
    expect(await call(running, 'DELETE', path)).toMatchObject({
      status: 404,
      body: { success: false, error: 'not_found' },
    });
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([]);
  });

  it('are found by ids that hold slashes and plus signs', async () => {
    const running = await plant.replica();
    const ids: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      const body = { endpoint: `http://localhost:3000/${n}` };
      const answer = await call(running, 'POST', 'gateways', { body });
      ids.push(answer.body.data.endpoint_id);
    }

    expect(ids.some((id) => id.includes('/'))).toBe(true);
    expect(ids.some((id) => id.includes('+'))).toBe(true);
    for (const id of ids) {
      const { status, body } = await call(running, 'GET', `gateways/${encodeURIComponent(id)}`);
      expect([status, body.data.endpoint_id]).toEqual([200, id]);
    }
  });

  it.each`
    body                                          | error                  | because
    ${'no json'}                                  | ${'invalid_arguments'} | ${'it is no JSON'}
    ${[]}                                         | ${'invalid_arguments'} | ${'it is no object'}
    ${{ url: 'http://localhost/' }}               | ${'invalid_arguments'} | ${'it names no endpoint'}
    ${{ endpoint: 5 }}                            | ${'invalid_endpoint'}  | ${'it is no text'}
    ${{ endpoint: '' }}                           | ${'invalid_endpoint'}  | ${'it is empty'}
    ${{ endpoint: 'ftp://localhost/' }}           | ${'invalid_endpoint'}  | ${'notifications go over HTTP'}
    ${{ endpoint: 'http://elsewhere.example/' }}  | ${'invalid_endpoint'}  | ${'nobody has allowed that host'}
    ${{ endpoint: 'http://169.254.169.254/x' }}   | ${'invalid_endpoint'}  | ${'it is the metadata of a cloud'}
    ${{ endpoint: 'http://me:secret@localhost' }} | ${'invalid_endpoint'}  | ${'it holds a password'}
  `('cannot register with $body: $because', async ({ body, error }) => {
    const running = await plant.replica();

    const answer = await call(running, 'POST', 'gateways', { body });

    const refusal = { success: false, error, message: expect.any(String) };
    expect(answer).toEqual({ status: 400, body: refusal });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([]);
  });

  it('register over NATS as well', async () => {
    await plant.replica();
    const endpoint = 'http://localhost:3000/api/backpressure';

    const registered = await plant.ask(SUBJECTS.gatewayRegister, { endpoint });
    expect(registered).toMatchObject({ success: true, data: { endpoint } });
    const { endpoint_id: id } = registered.data;
    expect((await plant.ask(SUBJECTS.gatewayList, {})).data).toEqual([registered.data]);
    expect(await plant.ask(SUBJECTS.gatewayUnregister, { endpoint_id: id })).toEqual({
      success: true,
      data: { endpoint_id: id },
    });
    expect(await plant.ask(SUBJECTS.gatewayUnregister, { endpoint_id: id })).toMatchObject({
      success: false,
      error: 'not_found',
    });
    expect(await plant.ask(SUBJECTS.gatewayRegister, 'x')).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(
      await plant.ask(SUBJECTS.gatewayRegister, { endpoint: 'http://10.0.0.1/' }),
    ).toMatchObject({
      error: 'invalid_endpoint',
    });
  });

  it('need the admin key where there is one', async () => {
    const running = await plant.replica({ ADMIN_API_KEY: 'key-of-ops' });
    const body = { endpoint: 'http://localhost:3000/' };
    const headers = { 'x-api-key': 'key-of-ops' };

    const refusal = {
      success: false,
      error: 'unauthorized',
      message: 'give the admin key as x-api-key or authorization: Bearer <key>',
    };
    const refused = { status: 401, body: refusal };
    expect(await call(running, 'POST', 'gateways', { body })).toEqual(refused);
    expect(await call(running, 'GET', 'gateways')).toEqual(refused);
    expect((await call(running, 'POST', 'gateways', { body, headers })).status).toBe(201);
    expect(await plant.ask(SUBJECTS.gatewayList, {})).toEqual(refusal);
    expect((await plant.ask(SUBJECTS.gatewayList, {}, 'key-of-ops')).data).toHaveLength(1);
  });

  it('are nobody’s to change but who calls the router by a name of this machine, where there is no key', async () => {
    const { router } = await plant.replica();
    const { port } = new URL(router.httpUrl);

    expect(await getAs('gateway.example.com', port)).toEqual({
      status: 403,
      body: {
        success: false,
        error: 'forbidden',
        message: expect.stringContaining('served to loopback only'),
      },
    });
  });

  it('cannot register with more than is read', async () => {
    const running = await plant.replica();
    const body = { endpoint: 'http://localhost/', more: 'x'.repeat(65_536) };

    expect(await call(running, 'POST', 'gateways', { body })).toEqual({
      status: 413,
      body: {
        success: false,
        error: 'invalid_arguments',
        message: expect.stringContaining('65536 are allowed'),
      },
    });
  });

  it('of the configuration are there from the start, and only it can take them out', async () => {
    const running = await plant.replica({ GATEWAY_ENDPOINTS: 'http://localhost:3000/hook' });

    const { body } = await call<readonly GatewayEndpointDocument[]>(running, 'GET', 'gateways');
    expect(body.data).toMatchObject([{ source: 'configuration' }]);
    const path = `gateways/${encodeURIComponent(body.data[0]?.endpoint_id ?? '')}`;
    expect(await call(running, 'DELETE', path)).toMatchObject({
      status: 409,
      body: { error: 'configured' },
    });
  });

  it('are told of in the health of the router', async () => {
    const { router } = await plant.replica({ GATEWAY_ENDPOINTS: 'http://localhost:3000/hook' });

    await eventually(async () => {
      const health = await (await fetch(`${router.httpUrl}/health/ready`)).text();
      expect(JSON.parse(health).details.gateways.message).toBe('1 registered, bucket synced');
    });
  });

  it('of the configuration must be allowed, or the start says which is not', async () => {
    const started = plant.replica({ GATEWAY_ENDPOINTS: 'http://elsewhere.example/hook' });

    await expect(started).rejects.toThrow(/GATEWAY_ENDPOINT_HOSTS.*elsewhere\.example/s);
  });

  it('need authorities that can be read, or the start says which file holds none', async () => {
    const started = plant.replica({ GATEWAY_WEBHOOK_CA_FILE: 'package.json' });

    await expect(started).rejects.toThrow(/GATEWAY_WEBHOOK_CA_FILE.*package\.json holds no/s);
  });

  it('register by the hundred at once, at any replica, and some of them twice', async () => {
    const a = await plant.replica({ ROUTER_REPLICA_ID: 'a' });
    const b = await plant.replica({ ROUTER_REPLICA_ID: 'b' });
    const endpoints = Array.from({ length: 100 }, (_, n) => `http://localhost:3000/${n % 80}`);

    const answers = await Promise.all(
      endpoints.map((endpoint, n) =>
        call(n % 2 === 0 ? a : b, 'POST', 'gateways', { body: { endpoint } }),
      ),
    );

    expect(answers.filter(({ body }) => !body.success)).toEqual([]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(80);
    for (const replica of [a, b]) {
      await eventually(async () => {
        const { body } = await call<readonly GatewayEndpointDocument[]>(replica, 'GET', 'gateways');
        expect(new Set(body.data.map(({ endpoint }) => endpoint))).toEqual(new Set(endpoints));
        expect(body.data).toHaveLength(80);
      });
    }
  });

  it('are no more than allowed', async () => {
    const running = await plant.replica({ GATEWAY_MAX_ENDPOINTS: '1' });
    await call(running, 'POST', 'gateways', { body: { endpoint: 'http://localhost:1/' } });

    expect(
      await call(running, 'POST', 'gateways', { body: { endpoint: 'http://localhost:2/' } }),
    ).toMatchObject({ status: 409, body: { error: 'too_many_endpoints' } });
  });
});

/** Asks who is registered, as a browser would that was led here under another name. */
async function getAs(host: string, port: string): Promise<{ status?: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/api/v1/gateways', headers: { host } });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status } = response;
      json(response).then((body) => resolve({ ...(status && { status }), body }), reject);
    });
  });
}
