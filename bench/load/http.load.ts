// Closed loop over kept-alive raw sockets, one request per connection at a time, so that the generator stays cheap.
import { connect, type Socket } from 'node:net';
import { jsonRequest, requestPool, TENANT } from './payloads.js';
import { serveLoad } from './serve-load.js';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: *(\d+)/i;

const requestAt = requestPool((n) => {
  const body = jsonRequest(n);
  return Buffer.from(
    'POST /api/v1/routes/decide HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n' +
      `X-Tenant-ID: ${TENANT}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
});

/** The status of a complete answer, or `undefined` while bytes are missing. */
function statusOf(answer: Buffer): string | undefined {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = answer.toString('latin1', 0, headEnd);
  const length = Number(LENGTH.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) return 'no content-length';
  return answer.length >= headEnd + HEAD_END.length + length ? head.slice(9, 12) : undefined;
}

class Connection {
  #received: Buffer = Buffer.alloc(0);
  #done: ((ok: boolean) => void) | undefined;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => this.#finish(false));
    socket.on('close', () => this.#finish(false));
  }

  send(request: Buffer, done: (ok: boolean) => void): void {
    this.#done = done;
    this.socket.write(request);
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const status = statusOf(this.#received);
    if (status === undefined) return;
    this.#received = Buffer.alloc(0);
    this.#finish(status.startsWith('20'));
  }

  #finish(ok: boolean): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(ok);
  }
}

serveLoad(async ({ host = '', port = '' }) => {
  const idle: Connection[] = [];
  return (n, done) => {
    const connection = idle.pop() ?? new Connection(connect(Number(port), host));
    connection.send(requestAt(n), (ok) => {
      if (ok) idle.push(connection);
      done(ok);
    });
  };
});
