const SAFE = /^[A-Za-z0-9_-]+$/;
const UNSAFE = /[^A-Za-z0-9_-]/g;
const ENCODED_PART = /^(?:[A-Za-z0-9_-]|=[0-9a-f]{2}|==[0-9a-f]{4})+$/;
const ESCAPE = /==([0-9a-f]{4})|=([0-9a-f]{2})/g;
const EMPTY_PART = '=';

/**
 * Builds the key of a key-value bucket from any strings, so that different parts never give the same key.
 * Letters, digits, `-` and `_` stay; other characters below U+0100 become `=xx`, all others `==xxxx` per UTF-16 unit;
 * an empty part is `=`; parts are joined by dots, so that a bucket can be watched by its leading parts.
 */
export function kvKey(...parts: readonly string[]): string {
  return parts.map(encodePart).join('.');
}

/** Takes a key of {@link kvKey} apart again; `undefined` when it was not written by it. */
export function kvKeyParts(key: string): readonly string[] | undefined {
  const parts: string[] = [];
  for (const encoded of key.split('.')) {
    if (encoded !== EMPTY_PART && !ENCODED_PART.test(encoded)) return undefined;
    const part = encoded === EMPTY_PART ? '' : decodePart(encoded);
    if (encodePart(part) !== encoded) return undefined;
    parts.push(part);
  }
  return parts;
}

function encodePart(part: string): string {
  if (SAFE.test(part)) return part;
  if (part === '') return EMPTY_PART;
  return part.replace(UNSAFE, escapeUnit);
}

function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  return code < 0x100
    ? `=${code.toString(16).padStart(2, '0')}`
    : `==${code.toString(16).padStart(4, '0')}`;
}

function decodePart(encoded: string): string {
  return encoded.replace(ESCAPE, (_escape, wide: string | undefined, narrow: string) =>
    String.fromCharCode(Number.parseInt(wide ?? narrow, 16)),
  );
}
