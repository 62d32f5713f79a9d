// Closed loop of unary calls over one HTTP/2 session, without a gRPC client: that one costs twice what the server does, and would
// hide the difference between servers.
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { routeRequest, requestPool } from './payloads.js';
import { DECIDE_PATH, decideMethod } from './router-proto.js';
import { serveLoad } from './serve-load.js';

const { requestSerialize } = decideMethod();

/** A gRPC frame: uncompressed, length, message. */
function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

const requestAt = requestPool((n) => frameOf(requestSerialize(routeRequest(n))));

const HEADERS = {
  ':method': 'POST',
  ':path': DECIDE_PATH,
  'content-type': 'application/grpc',
  te: 'trailers',
};

function call(session: ClientHttp2Session, frame: Buffer, done: (ok: boolean) => void): void {
  const stream: ClientHttp2Stream = session.request(HEADERS);
  let bytes = 0;
  let status = '';
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  stream.on('trailers', (trailers) => {
    status = String(trailers['grpc-status']);
  });
  stream.on('error', () => undefined);
  stream.on('close', () => done(status === '0' && bytes > 20));
  stream.end(frame);
}

serveLoad(async ({ address = '' }) => {
  const session = connect(`http://${address}`);
  await new Promise((resolve, reject) => {
    session.once('connect', resolve);
    session.once('error', reject);
  });
  return (n, done) => call(session, requestAt(n), done);
});
