import type { CreateController } from '../controller.js';
import { limiting } from './limit.js';

/** A fixed most in hand: a bulkhead, `max_connections`, a semaphore. */
export function staticLimit(most: number): CreateController {
  return limiting(() => ({ most, sample: () => undefined }));
}

/** Everything is let in. */
export const unprotected: CreateController = staticLimit(Number.POSITIVE_INFINITY);
