import { randomFillSync } from 'node:crypto';

const POOL_NUMBERS = 1024;
const RANGE = 2 ** 32;

/** Numbers from 0 up to 1 from the system's generator, drawn in blocks: admission draws one per request at times. */
export function pooledRandom(): () => number {
  const pool = new Uint32Array(POOL_NUMBERS);
  let used = POOL_NUMBERS;
  return () => {
    if (used === POOL_NUMBERS) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = pool[used] ?? 0;
    used += 1;
    return drawn / RANGE;
  };
}
