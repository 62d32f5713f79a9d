import { eventually } from '@beamline/testing';
import { aRequest } from './requests.js';
import { AppProcess, EXAMPLE_POLICIES, type Stack, startStack } from './stack.js';

const ROUTER = { NATS_JS_ACK_WAIT_SECONDS: '1' };

let stack: Stack;
let router: AppProcess;

beforeEach(async () => {
  stack = await startStack({ router: ROUTER, gateway: {} });
  router = stack.router;
});
afterEach(async () => {
  await router.stop();
  await stack.stop();
});

const restartRouter = async () => {
  const env = { NATS_URL: stack.nats.url, LOG_LEVEL: 'warn', POLICIES_DIR: EXAMPLE_POLICIES };
  router = await AppProcess.start('router', { ...env, ...ROUTER });
};
const secondGateway = () =>
  AppProcess.start('gateway-adapter', { NATS_URL: stack.nats.url, LOG_LEVEL: 'warn' });
const post = (id: string, gateway = stack.gateway) =>
  fetch(`${gateway?.addresses.http}/api/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 'acme' },
    body: JSON.stringify({ ...aRequest(), request_id: id }),
  });
const get = (path: string, gateway = stack.gateway, headers: Record<string, string> = {}) =>
  fetch(`${gateway?.addresses.http}/api/v1/messages/${path}`, {
    headers: { 'x-tenant-id': 'acme', ...headers },
  });
const statusOf = async (id: string, gateway = stack.gateway) => {
  const body: any = await (await get(id, gateway)).json();
  return body.message?.status;
};

it('a message is decided, and every gateway knows it', async () => {
  const other = await secondGateway();
  expect((await post('m1')).status).toBe(202);

  const told = await (await get('m1/stream')).text();
  expect(told).toMatch(/^id: done\nevent: decided\ndata: \{.*"provider_id"/m);
  await eventually(async () => (await statusOf('m1', other)) === 'decided');
  await other.stop();
});

it('a message survives the death of its router and of its gateway, and its client goes on elsewhere', async () => {
  const other = await secondGateway();
  await router.kill();
  expect((await post('m1')).status).toBe(202);
  await stack.gateway?.kill();

  const resumed = await get('m1/stream', other, { 'last-event-id': 'accepted' });
  expect(resumed.status).toBe(200);
  const told = resumed.text();
  await restartRouter();

  expect(await told).toMatch(/^event: decided$/m);
  await other.stop();
});

it('of many messages none is lost when the router is killed among them', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
  const posted = await Promise.all(
    ids.map(async (id, index) => {
      if (index === 20) await router.kill();
      return (await post(id)).status;
    }),
  );
  await restartRouter();

  expect(new Set(posted)).toEqual(new Set([202]));
  for (const id of ids) await eventually(async () => (await statusOf(id)) === 'decided');
});
