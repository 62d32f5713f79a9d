const MAX_SHOWN_CHARS = 64;
const SECRET_NAME = /pass|secret|token|api_?key|nkey|jwt|seed|credential|auth/i;

/** What stands in place of a secret. */
export const MASK = '[REDACTED]';

/** Says whether a key of this name is likely to hold a secret, for keys that no schema describes. */
export function looksSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A value as it may be printed: masked when secret, without the user and password of a URL, at most 64 characters. */
export function shown(value: unknown, secret: boolean): string {
  if (secret) return MASK;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  const withoutUser = text.replaceAll(/(^|,|\/\/)[^/,@\s]*@/g, `$1${MASK}@`);
  return withoutUser.length <= MAX_SHOWN_CHARS
    ? withoutUser
    : `${withoutUser.slice(0, MAX_SHOWN_CHARS)}…`;
}
