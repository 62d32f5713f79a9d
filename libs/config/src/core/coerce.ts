import { assertNever } from '@beamline/kernel';

/** How the text of an environment variable is read. */
export type ValueKind = 'integer' | 'boolean' | 'text' | 'integers' | 'texts' | 'json';

/** Either the value, or `ok: false` when the text is not of that kind. */
export type Coerced = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const FAILED: Coerced = { ok: false };
const INTEGER = /^-?\d{1,15}$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** Reads a variable's text as a value of its kind. Nothing is guessed: `12abc`, `1e3` and ` 5` are no integers. */
export function coerceText(text: string, kind: ValueKind): Coerced {
  switch (kind) {
    case 'text':
      return { ok: true, value: text };
    case 'integer':
      return INTEGER.test(text) ? { ok: true, value: Number(text) } : FAILED;
    case 'boolean': {
      const value = BOOLEANS.get(text.toLowerCase());
      return value === undefined ? FAILED : { ok: true, value };
    }
    case 'integers':
      return coerceListText(text, 'integer');
    case 'texts':
      return coerceListText(text, 'text');
    case 'json':
      return coerceJson(text);
    default:
      return assertNever(kind);
  }
}

/**
 * Reads a list as it may stand in a file: an array, or a map whose keys are the entries (an entry mapped to `false` is
 * left out). Other kinds pass as they are.
 */
export function coerceFileValue(value: unknown, kind: ValueKind): unknown {
  if (kind !== 'texts' && kind !== 'integers') return value;
  return isMap(value) ? keysOf(value) : value;
}

function coerceListText(text: string, kind: 'integer' | 'text'): Coerced {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) return coerceJsonList(trimmed);
  const values: unknown[] = [];
  for (const entry of trimmed.split(',')) {
    const item = coerceText(entry.trim(), kind);
    if (!item.ok || item.value === '') return FAILED;
    values.push(item.value);
  }
  return { ok: true, value: values };
}

function coerceJson(text: string): Coerced {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return FAILED;
  }
}

function coerceJsonList(text: string): Coerced {
  try {
    const parsed: unknown = JSON.parse(text);
    return { ok: true, value: isMap(parsed) ? keysOf(parsed) : parsed };
  } catch {
    return FAILED;
  }
}

function keysOf(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).filter((key) => map[key] !== false);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
