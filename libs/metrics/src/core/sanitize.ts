import { isSensitiveKey, REDACTED, redactText, sanitizedError } from './redact.js';

/** How much of a value a log line may hold. Beyond each bound a note says what is missing. */
const MAX_DEPTH = 8;
const MAX_ENTRIES = 64;
const MAX_TEXT_CHARS = 2048;
const MAX_NODES = 512;

/**
 * A value as it may be logged: plain JSON, secrets masked at any depth, of bounded size. Never throws, whatever it is
 * given: cycles, getters that throw, proxies, big integers.
 */
export function sanitize(value: unknown): unknown {
  const walk = new Walk();
  try {
    return walk.toJson(value, 0);
  } catch {
    return '[unreadable]';
  }
}

/** A text of bounded length without secrets. */
export function sanitizeText(text: string, maxChars = MAX_TEXT_CHARS): string {
  // Cut before the search for secrets: its time then has a bound as well.
  const cut = text.length > maxChars;
  const redacted = redactText(cut ? text.slice(0, maxChars) : text);
  return cut ? `${redacted}… [${text.length - maxChars} more characters]` : redacted;
}

function scalar(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return value.toString();
    case 'function':
      return '[function]';
    case 'string':
    case 'boolean':
    case 'undefined':
    case 'object':
    default:
      return value;
  }
}

class Walk {
  #nodes = 0;
  readonly #ancestors: object[] = [];

  toJson(value: unknown, depth: number): unknown {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) return '[too large]';
    if (typeof value === 'string') return sanitizeText(value);
    if (typeof value === 'object' && value !== null) return this.#object(value, depth);
    return scalar(value);
  }

  #object(value: object, depth: number): unknown {
    if (this.#ancestors.includes(value)) return '[circular]';
    if (depth >= MAX_DEPTH) return '[too deep]';
    this.#ancestors.push(value);
    try {
      return this.#content(value, depth);
    } catch {
      return '[unreadable]';
    } finally {
      this.#ancestors.pop();
    }
  }

  #content(value: object, depth: number): unknown {
    if (value instanceof Error) return this.#error(value, depth);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map || value instanceof Set) return this.#list([...value], depth);
    if (Array.isArray(value)) return this.#list(value, depth);
    if ('toISOString' in value && typeof value.toISOString === 'function') {
      return String(value.toISOString());
    }
    return this.#map(value, depth);
  }

  #error(error: Error, depth: number): unknown {
    const { name, message, stack, cause } = error;
    const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    const described = {
      name,
      message: sanitizedError(message.slice(0, MAX_TEXT_CHARS)),
      stack: sanitizeText(frames.slice(0, 8).join('\n')),
    };
    return cause === undefined ? described : { ...described, cause: this.toJson(cause, depth + 1) };
  }

  #list(values: readonly unknown[], depth: number): unknown {
    const shown = values.slice(0, MAX_ENTRIES).map((value) => this.toJson(value, depth + 1));
    const missing = values.length - shown.length;
    return missing > 0 ? [...shown, `[${missing} more]`] : shown;
  }

  #map(value: object, depth: number): unknown {
    const keys = Object.keys(value);
    const shown: Record<string, unknown> = {};
    for (const key of keys.slice(0, MAX_ENTRIES)) {
      const name = key === '__proto__' ? '[__proto__]' : sanitizeText(key, 128);
      shown[name] = isSensitiveKey(key) ? REDACTED : this.#property(value, key, depth);
    }
    const missing = keys.length - MAX_ENTRIES;
    if (missing > 0) shown['[more]'] = missing;
    return shown;
  }

  #property(value: object, key: string, depth: number): unknown {
    try {
      const found: unknown = Reflect.get(value, key);
      return this.toJson(found, depth + 1);
    } catch {
      return '[unreadable]';
    }
  }
}
