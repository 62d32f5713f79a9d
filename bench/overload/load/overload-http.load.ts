// Open-loop generator over HTTP: kept-alive sockets, one request at a time on each, as many as are needed.
import { connect, type Socket } from 'node:net';
import { ENDINGS } from './load-messages.js';
import { type Heard, OK, type Outgoing } from './open-loop.js';
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
  #heard: ((answer: Heard) => void) | undefined;
  isOpen = true;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isOpen = false;
      this.#finish({ ending: ENDINGS.failed, told: 'the connection was closed' });
    });
  }

  send(request: string, heard: (answer: Heard) => void): void {
    this.#heard = heard;
    this.socket.write(request, 'latin1');
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = completeHead(this.#received);
    if (head === undefined) return;
    this.#received = Buffer.alloc(0);
    this.#finish(read(head));
  }

  #finish(answer: Heard): void {
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

serveOpenLoad(({ host = '', port = '' }) => {
  const idle: Connection[] = [];
  return Promise.resolve((outgoing, heard) => {
    const connection = idle.pop() ?? new Connection(connect(Number(port), host));
    connection.send(requestOf(outgoing), (answer) => {
      if (connection.isOpen) idle.push(connection);
      heard(answer);
    });
  });
});
