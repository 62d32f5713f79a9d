// Open-loop generator over gRPC: one HTTP/2 session, without a gRPC client, which would cost more than the server.
import { loadSync } from '@grpc/proto-loader';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { repoPath } from '../../harness/repo-path.js';
import { ENDINGS } from './load-messages.js';
import { type Heard, OK, type Outgoing } from './open-loop.js';
import { serveOpenLoad } from './serve-open-load.js';

const RESOURCE_EXHAUSTED = '8';

function serializer(): (job: object) => Buffer {
  const service = loadSync(repoPath('bench/overload/plant/work.proto'))['beamline.bench.v1.Plant'];
  if (service === undefined || 'format' in service) throw new Error('no service Plant');
  const method = service['Work'];
  if (method === undefined) throw new Error('no method Work');
  return method.requestSerialize;
}

const serialize = serializer();

/** A gRPC frame: uncompressed, length, message. */
function frameOf(factor: number): Buffer {
  const message = serialize({ factor });
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

const ordinary = frameOf(1);

function read(trailers: IncomingHttpHeaders): Heard {
  const status = String(trailers['grpc-status']);
  if (status === '0') return OK;
  if (status !== RESOURCE_EXHAUSTED) {
    return { ending: ENDINGS.failed, told: `${status} ${String(trailers['grpc-message'])}` };
  }
  const pushback = Number(trailers['grpc-retry-pushback-ms']);
  return {
    ending: ENDINGS.refused,
    ...(Number.isFinite(pushback) ? { retryAfterMs: pushback } : {}),
  };
}

const headersOf = ({ method, criticality, tenant }: Outgoing): Record<string, string> => ({
  ':method': 'POST',
  ':path': `/beamline.bench.v1.Plant/${method === 'work' ? 'Work' : 'Bare'}`,
  'content-type': 'application/grpc',
  te: 'trailers',
  ...(criticality === undefined
    ? {}
    : { 'x-criticality': criticality, tenant_id: `tenant-${tenant}` }),
});

serveOpenLoad(async ({ address = '' }) => {
  const session = connect(`http://${address}`, { maxSessionMemory: 1_000 });
  await new Promise((resolve, reject) => {
    session.once('connect', resolve);
    session.once('error', reject);
  });
  return (outgoing, heard) => {
    const stream = session.request(headersOf(outgoing));
    let last: IncomingHttpHeaders = {};
    const note = (told: IncomingHttpHeaders): void => {
      last = { ...last, ...told };
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', () => undefined);
    stream.on('close', () => heard(read(last)));
    stream.resume();
    stream.end(outgoing.factor === 1 ? ordinary : frameOf(outgoing.factor));
  };
});
