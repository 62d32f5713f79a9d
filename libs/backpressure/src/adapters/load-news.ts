import type { TrackedSubject } from './tracked-subject.js';

/** Told of a subject whose load is another one now. Must not throw. */
export type LoadListener = (subject: string) => void;

/** Tells when the load of a subject changes in a way that gateways must hear of at once. */
export class LoadNews {
  readonly #told = new WeakMap<TrackedSubject, string>();
  readonly #listeners = new Set<LoadListener>();

  /** @returns A function that ends it. */
  listen(listener: LoadListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at a subject that was evaluated, and tells when its statuses or whether it refuses are other than before. */
  look(tracked: TrackedSubject): void {
    if (this.#listeners.size === 0) return;
    const isRefusing = tracked.creditPerSecond !== null;
    const load = `${tracked.shown} ${tracked.shedding} ${isRefusing}`;
    if ((this.#told.get(tracked) ?? CALM) === load) return;
    this.#told.set(tracked, load);
    for (const listener of this.#listeners) listener(tracked.name);
  }
}

const CALM = 'inactive inactive false';
