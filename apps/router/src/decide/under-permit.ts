import type { Permit } from '@beamline/backpressure/core';

/** Does work and hands on what comes of it. Work that fails gives its permit back here: nobody answered. */
export function underPermit<T>(permit: Permit, work: () => T | Promise<T>): T | Promise<T> {
  const failed = (error: unknown): never => {
    permit.settle('dropped');
    throw error;
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}
