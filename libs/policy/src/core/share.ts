const GENERATION = 4_096;

/**
 * Lets equal values be one object: `share(key, make)` makes a value once per key. Remembers between 4 096 and 8 192
 * values of a kind, those asked for most lately; a forgotten one is made anew, which costs memory and nothing else.
 */
export function sharing<Value>(): (key: string, make: () => Value) => Value {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return (key, make) => {
    const found = young.get(key);
    if (found !== undefined) return found;
    const value = old.get(key) ?? make();
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    return value;
  };
}
