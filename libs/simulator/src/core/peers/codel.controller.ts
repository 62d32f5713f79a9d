import type { CreateController } from '../controller.js';
import { limiting } from './limit.js';

const [INTERVAL_MS, TARGET_MS] = [100, 5];

/**
 * CoDel as in Facebook's folly: while even the shortest wait of an interval of 100 ms is above 5 ms, work that waited longer than twice
 * that is dropped when it comes to a slot. Nobody is refused at the door.
 */
export const codel: CreateController = limiting(({ clock }) => {
  let endMs = 0;
  let shortestMs = 0;
  let overloaded = false;
  let isFirst = true;
  return {
    most: Number.POSITIVE_INFINITY,
    sample: () => undefined,
    keep(queueMs: number): boolean {
      if (clock.nowMs() > endMs) {
        overloaded = shortestMs > TARGET_MS;
        endMs = clock.nowMs() + INTERVAL_MS;
        isFirst = true;
      }
      shortestMs = isFirst ? queueMs : Math.min(shortestMs, queueMs);
      isFirst = false;
      return !overloaded || queueMs <= 2 * TARGET_MS;
    },
  };
});
