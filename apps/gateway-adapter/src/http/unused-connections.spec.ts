import { eventually } from '@beamline/testing';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { UnusedConnections } from './unused-connections.js';

it('closes connections on which nothing was ever asked, and no others', async () => {
  const server = createServer((_request, response) => response.end('ok'));
  const unused = new UnusedConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const [silent, asking] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  silent.on('end', () => silent.destroy());
  silent.on('error', () => undefined);
  const answers = once(asking, 'data');
  asking.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = await answers;

  await eventually(() => {
    unused.close();
    return silent.destroyed;
  });

  expect(String(answer)).toContain('200 OK');
  expect(asking.readyState).toBe('open');
  asking.destroy();
  await new Promise((resolve) => server.close(resolve));
});
