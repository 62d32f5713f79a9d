import { eventually } from '@beamline/testing';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { DEFAULT_SETTINGS } from '../core/index.js';
import { OverloadControl } from './overload-control.js';

let server: Server;
let url: string;
const held: (() => void)[] = [];

/** A service of plain Node, without Nest and NATS, that may have two orders in hand. */
beforeEach(async () => {
  const admission = { ...DEFAULT_SETTINGS.admission, maxInflight: 2 };
  const control = new OverloadControl({ defaults: { ...DEFAULT_SETTINGS, admission } });
  const orders = control.subject('orders');
  server = createServer((_, response) => {
    const admitted = orders.admit({ criticality: 'default' });
    if (!admitted.admitted) {
      refuse(response, admitted.refusal.retryAfterMs);
      return;
    }
    held.push(() => {
      response.end('done');
      admitted.permit.settle('success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

function refuse(response: ServerResponse, retryAfterMs: number): void {
  response.writeHead(429, { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }).end();
}

it('protects a plain Node server by one call per request', async () => {
  const [first, second] = [fetch(url), fetch(url)];
  await eventually(() => held.length === 2);

  const refused = await fetch(url);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);

  for (const finish of held.splice(0)) finish();
  expect((await first).status).toBe(200);
  expect((await second).status).toBe(200);
  const next = fetch(url);
  await eventually(() => held.length === 1);
  for (const finish of held.splice(0)) finish();
  expect((await next).status).toBe(200);
});
