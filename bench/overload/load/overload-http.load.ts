// Open-loop generator over HTTP: kept-alive sockets, one request at a time on each, as many as are needed.
import { connect, type Socket } from 'node:net';
import { ENDINGS } from './load-messages.js';
import { type Heard, OK, type Outgoing, type SendOne } from './open-loop.js';
import { serveOpenLoad } from './serve-open-load.js';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: *(\d+)/i;
const RETRY_AFTER = /\r\nretry-after: *(\d+)/i;

/** The head of a complete answer, or `undefined` while bytes are missing. */
function completeHead(answer: Buffer): string | undefined {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = answer.toString('latin1', 0, headEnd);
  const length = Number(LENGTH.exec(head)?.[1] ?? 0);
  return answer.length >= headEnd + HEAD_END.length + length ? head : undefined;
}

function read(head: string): Heard {
  const status = head.slice(9, 12);
  if (status.startsWith('20')) return OK;
  if (status !== '429' && status !== '503') return { ending: ENDINGS.failed, told: head };
  const seconds = RETRY_AFTER.exec(head)?.[1];
  return {
    ending: ENDINGS.refused,
    ...(seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1_000 }),
  };
}

class Connection {
  #received: Buffer = Buffer.alloc(0);
  #heard: ((answer: Heard | undefined) => void) | undefined;
  #answers = 0;
  isOpen = true;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isOpen = false;
      const wasUsed = this.#answers > 0 && this.#received.length === 0;
      this.#finish(
        wasUsed ? undefined : { ending: ENDINGS.failed, told: 'the connection was closed' },
      );
    });
  }

  /** `heard`: `undefined` when a connection that was idle closed under the request, which no server has seen then. */
  send(request: string, heard: (answer: Heard | undefined) => void): void {
    this.#heard = heard;
    this.socket.write(request, 'latin1');
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = completeHead(this.#received);
    if (head === undefined) return;
    this.#received = Buffer.alloc(0);
    this.#answers += 1;
    this.#finish(read(head));
  }

  #finish(answer: Heard | undefined): void {
    const heard = this.#heard;
    this.#heard = undefined;
    heard?.(answer);
  }
}

function requestOf({ method, factor, criticality, tenant }: Outgoing): string {
  const query = factor === 1 ? '' : `?factor=${factor}`;
  const told =
    criticality === undefined
      ? ''
      : `x-criticality: ${criticality}\r\ntenant_id: tenant-${tenant}\r\n`;
  return `GET /${method}${query} HTTP/1.1\r\nHost: bench\r\n${told}\r\n`;
}

/** The latest that the server has not closed for being idle: what is sent on such a one is never answered. */
function latestOpen(idle: Connection[]): Connection | undefined {
  for (let latest = idle.pop(); latest !== undefined; latest = idle.pop()) {
    if (latest.isOpen) return latest;
  }
  return undefined;
}

serveOpenLoad(({ host = '', port = '' }) => {
  const idle: Connection[] = [];
  const send: SendOne = (outgoing, heard) => {
    const connection = latestOpen(idle) ?? new Connection(connect(Number(port), host));
    connection.send(requestOf(outgoing), (answer) => {
      if (connection.isOpen) idle.push(connection);
      if (answer === undefined) send(outgoing, heard);
      else heard(answer);
    });
  };
  return Promise.resolve(send);
});
