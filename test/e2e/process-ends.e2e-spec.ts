import { setTimeout as sleep } from 'node:timers/promises';
import { startTestNats, type TestNats } from '@beamline/testing';
import { AppProcess } from './stack.js';

const APPS = ['router', 'gateway-adapter'] as const;

let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
});

afterAll(() => nats.stop());

it.each(APPS)('%s: a bad configuration is named and ends the start with code 2', async (app) => {
  const starting = AppProcess.start(app, { NATS_URL: nats.url, NATS_CONNECT_TIMEOUT_MS: 'soon' });

  await expect(starting).rejects.toThrow(/exit 2\)[^]*NATS_CONNECT_TIMEOUT_MS[^]*soon/);
});

it.each(APPS)('%s: told once it ends with code 0 and says so', async (app) => {
  const running = await AppProcess.start(app, { NATS_URL: nats.url });

  const code = await running.stop();

  expect(code).toBe(0);
  expect(running.log).toMatch(/(?:router|gateway) stopped/);
});

it.each(APPS)('%s: told twice it does not wait for the drain', async (app) => {
  const drain = { SHUTDOWN_DRAIN_MS: '20000', SHUTDOWN_GRACE_MS: '25000' };
  const running = await AppProcess.start(app, { NATS_URL: nats.url, ...drain });
  const toldOnce = running.stop();
  // Two signals at the same moment count as one.
  await sleep(200);

  await running.stop();

  expect(await toldOnce).toBe(130);
});
