/** Receives facts about the past. Must neither throw nor block: it is called on the hot path. */
export type Observer<Event> = (event: Event) => void;

/** The observer of those who do not care. */
export const ignoreEvents: Observer<unknown> = () => undefined;

/** Tells several observers of the same facts, in the given order. */
export function fanOut<Event>(...observers: readonly Observer<Event>[]): Observer<Event> {
  return (event) => {
    for (const observe of observers) observe(event);
  };
}
