const MAX_SHARED = 4_096;

/**
 * Lets equal values be one object: `share(key, make)` makes a value once per key. Beyond 4 096 keys of a kind further
 * values are made anew each time, which costs memory and nothing else.
 */
export function sharing<Value>(): (key: string, make: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make();
    if (known.size < MAX_SHARED) known.set(key, made);
    return made;
  };
}
