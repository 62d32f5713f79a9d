// node:http in front of a bare responder: the hops of the gateway-adapter and none of its work.
import { connect } from '@nats-io/transport-node';
import { createServer } from 'node:http';
import { required, sayReady } from './say-ready.js';

const nc = await connect({ servers: required('NATS_URL'), name: 'bench-bare-gateway' });
const subject = required('SUBJECT');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    nc.request(subject, Buffer.concat(chunks), { timeout: 5_000 }).then(
      (answer) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': answer.data.length,
        });
        response.end(answer.data);
      },
      () => response.writeHead(503, { 'content-length': 0 }).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  sayReady({ host: '127.0.0.1', port: String(address.port) });
});
