// A small gateway in front of Beamline Router, with Fastify. To run it:
//
//   npm install ./beamline-gateway-adapter-0.1.0.tgz @nats-io/transport-node fastify
//   node gateway.mjs
//
//   curl -i localhost:3000/chat -H 'content-type: application/json' -H 'x-tenant-id: acme' -d '{"prompt":"Say hello"}'
//   curl localhost:3000/load
//
// NATS_URL, PORT and WEBHOOK_SECRET (whsec_…) are read from the environment.
import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import fastify from 'fastify';
import { createGateway } from '@beamline/gateway-adapter';
import {
  receiveNotifications,
  routerProtected,
  sendAnswer,
  ticketOf,
} from '@beamline/gateway-adapter/fastify';

const { NATS_URL = 'nats://127.0.0.1:4222', PORT = '3000', WEBHOOK_SECRET } = process.env;
/** Callers who may say that their requests are critical. Yours will come from your authentication. */
const TRUSTED = new Set(['operations']);

const connection = await connect({ servers: NATS_URL, maxReconnectAttempts: -1 });
const counts = new Map();
const gateway = createGateway({
  nats: connection,
  mayRaise: (headers) => TRUSTED.has(headers['x-tenant-id']),
  observe: ({ type }) => counts.set(type, (counts.get(type) ?? 0) + 1),
  ...(WEBHOOK_SECRET ? { webhook: { secrets: [WEBHOOK_SECRET] } } : {}),
});
gateway.start();

const app = fastify();

app.post('/chat', { onRequest: routerProtected(gateway) }, async (request, reply) => {
  const tenantId = request.headers['x-tenant-id'] ?? 'acme';
  const decideRequest = {
    version: '1',
    tenant_id: tenantId,
    request_id: randomUUID(),
    task: { type: 'chat', payload: request.body },
  };
  const call = { tenantId, timeoutMs: 2000, ticket: ticketOf(request) };
  const outcome = await gateway.decide(decideRequest, call);
  if (outcome.kind !== 'decided')
    return sendAnswer(reply, gateway.answer(outcome, request.headers));
  const { decision } = JSON.parse(Buffer.from(outcome.body).toString());
  // Here your gateway would send the prompt to the provider.
  return { provider: decision.provider_id };
});

// Where the router posts its load, if this gateway is registered with it.
await app.register(receiveNotifications(gateway));

app.get('/load', async () => ({ ...gateway.view(), events: Object.fromEntries(counts) }));

await app.listen({ host: '127.0.0.1', port: Number(PORT) });
console.log(`listening on http://127.0.0.1:${PORT}`);

async function stop() {
  await app.close();
  await gateway.stop();
  await connection.close();
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
