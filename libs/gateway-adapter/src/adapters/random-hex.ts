import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/** Random hex from the system's generator, drawn in blocks: a call per request would cost more than the request's own work. */
export function pooledRandomHex(): (byteCount: number) => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (byteCount) => {
    if (used + byteCount > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const hex = pool.toString('hex', used, used + byteCount);
    used += byteCount;
    return hex;
  };
}
