import { loadGatewayConfig } from '@beamline/config';
import { RequestReader } from '@beamline/gateway-adapter';
import { ignoreEvents } from '@beamline/kernel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createHttpAdapter } from './http-server.js';

const reader = new RequestReader();
const adapter = createHttpAdapter(loadGatewayConfig({}), ignoreEvents, (headers, failure) =>
  reader.refuse(headers, failure),
);
const server: Server = adapter.getHttpServer();

beforeAll(() => adapter.getInstance().listen({ host: '127.0.0.1', port: 0 }));
afterAll(() => adapter.close());

/** A client that never ends its half of the connection, and the gateway's end of it. */
async function aConnection(): Promise<{ client: Socket; ours: Socket }> {
  const arrived: Promise<Socket[]> = once(server, 'connection');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const [ours] = await arrived;
  if (ours === undefined) throw new Error('nobody came');
  return { client, ours };
}

describe('bytes that are no request', () => {
  it.each([
    ['a broken line', 'nonsense\r\n\r\n', 400],
    ['endless headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s: are answered with what is wrong, and the connection is gone', async (_, sent, status) => {
    const { client, ours } = await aConnection();
    const closed = once(ours, 'close');
    client.write(sent);

    expect(await text(client)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"invalid_request"`, 's'));
    await closed;
    client.destroy();
  });

  it('too slow ones: are answered with that', async () => {
    const { client, ours } = await aConnection();
    const closed = once(ours, 'close');
    // As Node does when the time for a request is over.
    const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.emit('clientError', late, ours);

    expect(await text(client)).toMatch(/^HTTP\/1.1 408 .*took too long to arrive/s);
    await closed;
    client.destroy();
  });
});
