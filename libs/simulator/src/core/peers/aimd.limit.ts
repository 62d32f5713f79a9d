import type { CreateController } from '../controller.js';
import { clamp, limiting } from './limit.js';

const [LEAST, MOST, BACKOFF] = [20, 200, 0.9];

/** AIMD as in Netflix concurrency-limits: one more per answer while half of it is used, a tenth less per answer later than `timeoutMs` (there 5 s). */
export function aimd(timeoutMs: number): CreateController {
  return limiting(() => {
    const limit = {
      most: LEAST,
      sample({ roundTripMs }: { roundTripMs: number }, inflightAtStart: number): void {
        if (roundTripMs > timeoutMs) limit.most = Math.floor(limit.most * BACKOFF);
        else if (inflightAtStart * 2 >= limit.most) limit.most += 1;
        limit.most = clamp(limit.most, LEAST, MOST);
      },
    };
    return limit;
  });
}
