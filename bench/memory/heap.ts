import { setTimeout as sleep } from 'node:timers/promises';

/** Heap in use after everything that can be collected is. Needs `--expose-gc`. */
async function settledHeapBytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes that `make` leaves on the heap per item, as long as what it answers is held. */
export async function bytesEach<Held>(
  items: number,
  make: () => Held | Promise<Held>,
): Promise<{ readonly bytes: number; readonly held: Held }> {
  const before = await settledHeapBytes();
  const held = await make();
  return { bytes: ((await settledHeapBytes()) - before) / items, held };
}
