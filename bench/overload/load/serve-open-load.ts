import { setPriority } from 'node:os';
import type { CapacityReport, LoadOrder, OpenLoopReport } from './load-messages.js';
import { measureCapacity, OpenLoop, type SendOne } from './open-loop.js';

/** Goes before the servers where the system allows it, so that it sends when it means to. */
function hurry(): void {
  try {
    setPriority(-10);
  } catch {
    // Not allowed: then runs in which it was late are void.
  }
}

/** Opens the connection to one target. */
export type ConnectOne = (target: Readonly<Record<string, string>>) => Promise<SendOne>;

/** Makes this process an open-loop generator of one protocol. */
export function serveOpenLoad(connect: ConnectOne): void {
  const connections = new Map<string, Promise<SendOne>>();
  const follow = async (order: LoadOrder): Promise<CapacityReport | OpenLoopReport> => {
    const key = JSON.stringify(order.target);
    const connection = connections.get(key) ?? connect(order.target);
    connections.set(key, connection);
    const send = await connection;
    const { id } = order;
    if (order.load === 'capacity') {
      return { load: 'done', id, perSecond: await measureCapacity(send, order) };
    }
    return { load: 'done', id, ...(await new OpenLoop(send, order).run()) };
  };
  process.on('message', (order: LoadOrder) => {
    if (order.load !== 'open' && order.load !== 'capacity') return;
    follow(order).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  hurry();
  process.channel?.ref();
  process.send?.({ ready: {} });
}
