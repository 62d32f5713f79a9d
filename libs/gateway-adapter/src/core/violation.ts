/** One thing that is wrong with a request: where, what was found, and the rule it breaks. */
export interface Violation {
  /** Dotted path in the body, or the header's name. */
  readonly path: string;
  /** The offending value, shortened to 64 characters; absent when nothing was there. */
  readonly value?: string;
  readonly rule: string;
}

const MAX_SHOWN_LENGTH = 64;

/** Notes a violation, with the value made fit for an error message. */
export function violation(path: string, value: unknown, rule: string): Violation {
  return value === undefined ? { path, rule } : { path, value: shown(value), rule };
}

/** One sentence about a violation, for people. */
export function describeViolation({ path, value, rule }: Violation): string {
  return value === undefined ? `${path} ${rule}` : `${path} ${rule} (got ${value})`;
}

// Objects and arrays are named, not written out: they may be large, and they are the caller's data.
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH - 1)}…`;
}
