import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Follows the connections of a server on which nothing has been asked yet: clients open them in advance. Node takes them
 * for busy, and would wait for them when the server closes.
 */
export class UnusedConnections {
  readonly #open = new Set<Socket>();

  constructor(server: Pick<Server, 'on'>) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Closes those on which not a byte has come. */
  close(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
