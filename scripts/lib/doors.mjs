// One client per door, for scripts/try.mjs.
import { join } from 'node:path';
import { UserError } from './console.mjs';
import { root } from './workspace.mjs';

const TIMEOUT_MS = 5_000;
const DECIDE = 'beamline.router.v1.decide';
const DECIDE_ASYNC = 'beamline.router.v1.decide.async';

/** POST to the gateway-adapter. */
async function http({ gatewayHttp }, { text, headers }) {
  const response = await fetch(`${gatewayHttp}/api/v1/routes/decide`, {
    method: 'POST',
    headers: [['content-type', 'application/json'], ...headers],
    body: text,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return response.text();
}

/** `Router.Decide`; a payload that is an object is sent as the JSON bytes of it. */
async function grpc({ routerGrpc }, { text, headers }) {
  if (!routerGrpc)
    throw new UserError('gRPC is switched off in the running system (GRPC_ENABLED=false).');
  const { default: js } = await import('@grpc/grpc-js');
  const { default: loader } = await import('@grpc/proto-loader');
  const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };
  const definition = loader.loadSync(join(root, 'proto/beamline/flow/v1/flow.proto'), {
    ...options,
    includeDirs: [join(root, 'proto')],
  });
  const { Router } = js.loadPackageDefinition(definition).beamline.flow.v1;
  const client = new Router(routerGrpc, js.credentials.createInsecure());
  const metadata = new js.Metadata();
  for (const [name, value] of headers) metadata.set(name, value);
  const request = JSON.parse(text);
  const payload = request.message?.payload;
  if (payload !== undefined && typeof payload !== 'string')
    request.message.payload = Buffer.from(JSON.stringify(payload));
  try {
    return await new Promise((answered) => {
      const deadline = Date.now() + TIMEOUT_MS;
      client.Decide(request, metadata, { deadline }, (error, decision) =>
        answered(
          error
            ? { status: js.status[error.code], code: error.code, details: error.details }
            : decision,
        ),
      );
    });
  } finally {
    client.close();
  }
}

/** A connection for as long as the work takes. */
export async function withNats({ nats: servers }, work) {
  const transport = await import('@nats-io/transport-node');
  const { NATS_USERNAME: user, NATS_PASSWORD: pass } = process.env;
  const connection = await transport.connect({ servers, name: 'try', ...(user && { user, pass }) });
  try {
    return await work(connection, transport);
  } finally {
    await connection.close();
  }
}

function headersOf(transport, pairs) {
  const headers = transport.headers();
  for (const [name, value] of pairs) headers.set(name, value);
  return headers;
}

/** NATS request/reply, by default on the decide subject. */
const nats = (endpoints, { text, headers, subject = DECIDE }) =>
  withNats(endpoints, async (connection, transport) => {
    const options = { timeout: TIMEOUT_MS, headers: headersOf(transport, headers) };
    return (await connection.request(subject, text, options)).string();
  });

/** The durable intake: the stream's acknowledgement, then the decision on a reply subject of ours. */
const durable = (endpoints, { text, headers, subject = DECIDE_ASYNC }) =>
  withNats(endpoints, async (connection, transport) => {
    const { jetstream } = await import('@nats-io/jetstream');
    const replyTo = transport.createInbox();
    const answers = connection.subscribe(replyTo, { max: 1, timeout: TIMEOUT_MS });
    const sent = headersOf(transport, [...headers, ['x-reply-to', replyTo]]);
    const { stream, seq } = await jetstream(connection).publish(subject, text, { headers: sent });
    for await (const answer of answers) return { accepted: { stream, seq }, answer: answer.json() };
    throw new UserError('The connection ended before an answer came.');
  });

/** Every door by its name; each takes the endpoints and a request and answers what the door answered. */
export const doors = { http, grpc, nats, durable };
