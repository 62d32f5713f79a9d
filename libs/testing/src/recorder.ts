/** An observer that remembers what it was told, at most `capacity` events. */
export interface Recorder<Event extends { readonly type: string }> {
  readonly observe: (event: Event) => void;
  readonly events: readonly Event[];
  /** Only the events of one type, narrowed. */
  of<Type extends Event['type']>(type: Type): readonly Extract<Event, { readonly type: Type }>[];
  /** The types seen, in order: what most tests assert. */
  types(): readonly Event['type'][];
  clear(): void;
}

/**
 * Makes an observer for tests.
 * @param capacity How many events it keeps. Default 100 000; at the bound it throws, so that no test hides a flood.
 */
export function recorder<Event extends { readonly type: string }>(
  capacity: number = 100_000,
): Recorder<Event> {
  const events: Event[] = [];
  const isOf =
    <Type extends Event['type']>(type: Type) =>
    (event: Event): event is Extract<Event, { readonly type: Type }> =>
      event.type === type;
  return {
    observe: (event) => {
      if (events.length >= capacity) throw new Error(`recorder is full at ${capacity} events`);
      events.push(event);
    },
    events,
    of: (type) => events.filter(isOf(type)),
    types: () => events.map((event) => event.type),
    clear: () => {
      events.length = 0;
    },
  };
}
