import type { CreateController, PlantLoad } from '../controller.js';
import { limiting } from './limit.js';

const [MOST_BUSY, SAMPLE_MS] = [0.98, 1000];

/**
 * Refuses everything while the processor is busier than 98 %, sampled each second, as `@fastify/under-pressure` does with the event loop.
 * `since-boot` averages over the whole life of the process, as that plugin does; `interval` over the last second.
 */
export function eventLoopUtilisation(over: 'interval' | 'since-boot'): CreateController {
  return limiting(({ clock }) => {
    let [sum, count, nextMs] = [0, 0, 0];
    const limit = {
      most: Number.POSITIVE_INFINITY,
      sample: () => undefined,
      tick({ utilisation }: PlantLoad): void {
        sum += utilisation;
        count++;
        if (clock.nowMs() < nextMs) return;
        nextMs = clock.nowMs() + SAMPLE_MS;
        limit.most = sum / count > MOST_BUSY ? 0 : Number.POSITIVE_INFINITY;
        if (over === 'interval') sum = count = 0;
      },
    };
    return limit;
  });
}
