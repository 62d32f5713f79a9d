import { closedLoop, type LoadOptions, type LoadResult, type Send } from './closed-loop.js';

/** An order to a load generator: put this load on this server. */
interface LoadOrder extends LoadOptions {
  readonly load: 'run';
  readonly id: number;
  /** What the generator connects to; its form is the generator's own. Connections are kept from window to window. */
  readonly target: Readonly<Record<string, string>>;
}

/** What came of it, and what it cost the generator. */
export interface LoadReport extends LoadResult {
  readonly load: 'done';
  readonly id: number;
  readonly clientCpuMicros: number;
}

/** Opens the connection to one target. */
export type Connect = (target: Readonly<Record<string, string>>) => Promise<Send>;

/** Makes this process a load generator of one protocol. One generator serves all contenders, so that none gets a warmer one. */
export function serveLoad(connect: Connect): void {
  const connections = new Map<string, Promise<Send>>();
  const run = async (order: LoadOrder): Promise<LoadReport> => {
    const key = JSON.stringify(order.target);
    const connection = connections.get(key) ?? connect(order.target);
    connections.set(key, connection);
    const send = await connection;
    const before = process.cpuUsage();
    const result = await closedLoop(send, order);
    const { user, system } = process.cpuUsage(before);
    return { ...result, load: 'done', id: order.id, clientCpuMicros: user + system };
  };
  process.on('message', (order: LoadOrder) => {
    if (order.load !== 'run') return;
    run(order).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.channel?.ref();
  process.send?.({ ready: {} });
}
