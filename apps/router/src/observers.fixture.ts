import type { RouterObservers } from './platform.js';

/** Observers that hear nothing but what a spec wants to know. */
export function observersFor(heard: Partial<RouterObservers> = {}): RouterObservers {
  return {
    decide: ignore,
    intake: ignore,
    nats: ignore,
    policy: ignore,
    overload: ignore,
    notifications: ignore,
    ...heard,
  };
}

function ignore(): void {
  // Of no interest.
}
