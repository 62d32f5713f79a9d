import type { Socket } from 'node:net';
import { eventually, freePort } from '@beamline/testing';
import { anEndpoint, WebhookParts } from './webhook.fixture.js';

/** How long an endpoint may take that shall be too slow. */
const SOON_MS = 150;

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('An endpoint fails and is tried again when it', () => {
  it('accepts connections and says nothing', async () => {
    const endpoint = await parts.listener(() => undefined);

    expect(await parts.fateAt(endpoint, { timeoutMs: SOON_MS, maxAttempts: 2 })).toMatchObject({
      outcome: 'failed',
      failure: 'timeout',
      attempts: 2,
    });
  });

  it('says nothing, and then the connection is closed', async () => {
    let isClosed = false;
    const endpoint = await parts.listener((socket) => {
      socket.resume().on('close', () => {
        isClosed = true;
      });
    });

    await parts.fateAt(endpoint, { timeoutMs: SOON_MS, maxAttempts: 1 });

    await eventually(() => isClosed);
  });

  it('sends its headers byte by byte', async () => {
    const endpoint = await parts.listener((socket) => {
      drip(socket, 'HTTP/1.1 200 OK\r\nx-padding: ', 'a');
    });

    expect(await parts.fateAt(endpoint, { timeoutMs: SOON_MS, maxAttempts: 1 })).toMatchObject({
      failure: 'timeout',
    });
  });

  it('sends its body byte by byte', async () => {
    const endpoint = await parts.listener((socket) => {
      drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n', 'a');
    });

    expect(await parts.fateAt(endpoint, { timeoutMs: SOON_MS, maxAttempts: 1 })).toMatchObject({
      failure: 'timeout',
    });
  });

  it('sends interim answers for ever', async () => {
    const endpoint = await parts.listener((socket) => {
      drip(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n');
    });

    expect(await parts.fateAt(endpoint, { timeoutMs: SOON_MS, maxAttempts: 1 })).toMatchObject({
      failure: 'timeout',
    });
  });

  it('answers 500 every time, at most as often as a notification may be tried', async () => {
    const gateway = await parts.gateway((response) => void response.writeHead(500).end());

    const fate = await parts.fateAt(gateway.endpoint, { maxAttempts: 5 });

    expect(fate).toMatchObject({
      outcome: 'failed',
      failure: 'http_status',
      httpStatus: 500,
      attempts: 5,
    });
    expect(gateway.received).toHaveLength(5);
  });

  it('closes the connection without an answer', async () => {
    const endpoint = await parts.listener((socket) => void socket.on('data', () => socket.end()));

    expect(await parts.fateAt(endpoint, { maxAttempts: 3 })).toMatchObject({ attempts: 3 });
  });

  it('closes the connection amid its body, although it said 200', async () => {
    const gateway = await parts.gateway((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half of', () => response.destroy());
    });

    expect(await parts.fateAt(gateway.endpoint, { maxAttempts: 2 })).toMatchObject({
      outcome: 'failed',
      failure: 'broken_answer',
      httpStatus: 200,
      attempts: 2,
    });
  });

  it.each([
    ['no HTTP', 'garbage\r\n\r\n'],
    ['more headers than are read', `HTTP/1.1 200 OK\r\nx-padding: ${'a'.repeat(9_000)}\r\n\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('answers with %s', async (_, answer) => {
    const endpoint = await parts.listener((socket) => {
      socket.on('data', () => socket.end(answer));
    });

    expect(await parts.fateAt(endpoint, { maxAttempts: 2 })).toMatchObject({
      failure: 'broken_answer',
      attempts: 2,
    });
  });

  it('wants to speak something else', async () => {
    const endpoint = await parts.listener((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
      });
    });

    expect(await parts.fateAt(endpoint, { maxAttempts: 2 })).toMatchObject({ outcome: 'failed' });
  });

  it('does not listen', async () => {
    const endpoint = anEndpoint(`http://127.0.0.1:${await freePort()}/`);

    expect(await parts.fateAt(endpoint, { maxAttempts: 2 })).toMatchObject({
      failure: 'connection',
      attempts: 2,
    });
  });
});

describe('An endpoint fails and is not tried again with the same notification when it', () => {
  it('sends the caller somewhere else, where nobody goes', async () => {
    const elsewhere = await parts.gateway();
    const gateway = await parts.gateway((response) => {
      response.writeHead(307, { location: elsewhere.endpoint.endpoint }).end();
    });

    expect(await parts.fateAt(gateway.endpoint)).toMatchObject({
      failure: 'redirect',
      attempts: 1,
    });
    expect(elsewhere.connections).toBe(0);
  });

  it('does not want it', async () => {
    const gateway = await parts.gateway((response) => void response.writeHead(401).end());

    expect(await parts.fateAt(gateway.endpoint)).toMatchObject({ httpStatus: 401, attempts: 1 });
  });
});

describe('An endpoint has what it was sent when it', () => {
  it('answers yes and then talks without end', async () => {
    const gateway = await parts.gateway((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('a'.repeat(1024)));
      };
      response.on('drain', more);
      more();
    });

    expect(await parts.fateAt(gateway.endpoint)).toMatchObject({
      outcome: 'delivered',
      attempts: 1,
    });
  });

  it('answers yes and closes the connection to end its body', async () => {
    const endpoint = await parts.listener((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nthank you'));
    });

    expect(await parts.fateAt(endpoint)).toMatchObject({ outcome: 'delivered', httpStatus: 200 });
  });
});

/** Writes a beginning and then a little more, for as long as somebody listens. */
function drip(socket: Socket, beginning: string, drop: string): void {
  socket.on('data', () => undefined);
  socket.write(beginning);
  const timer = setInterval(() => socket.write(drop), 5);
  socket.on('close', () => clearInterval(timer));
}
