/**
 * Whether a JSON value takes at least `minimum` characters when serialised. Reads no more of the value than it must:
 * an ordinary payload is long enough after its first field or two.
 */
export function isSerializedAtLeast(value: unknown, minimum: number): boolean {
  return sizeUpTo(value, minimum) >= minimum;
}

/** A lower bound of the serialised size that is exact below `enough` but for escapes and characters beyond ASCII. */
function sizeUpTo(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  return Array.isArray(value) ? sizeOfArray(value, enough) : sizeOfObject(value, enough);
}

function sizeOfArray(items: readonly unknown[], enough: number): number {
  let size = 2 + Math.max(0, items.length - 1);
  for (const item of items) {
    if (size >= enough) break;
    size += sizeUpTo(item, enough - size);
  }
  return size;
}

function sizeOfObject(value: object, enough: number): number {
  let size = 2;
  let separator = 0;
  for (const [key, item] of Object.entries(value)) {
    size += separator + key.length + 3;
    if (size >= enough) break;
    size += sizeUpTo(item, enough - size);
    separator = 1;
  }
  return size;
}

/** Size of a JSON value when serialised as UTF-8, in bytes. */
export function serializedBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
