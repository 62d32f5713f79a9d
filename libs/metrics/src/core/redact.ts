/** What stands in place of a secret. */
export const REDACTED = '[REDACTED]';

const SENSITIVE_KEY =
  /(?:^|_)(?:password|passwd|passphrase|api_?key|secret|(?:access_|refresh_|auth_)?token|authorization|credit_?card|ssn|email|phone|bearer|jwt|nkey|credentials)$/;
/** Cheap tests that most keys and texts fail, so that the dear ones are rare. */
const MAYBE_KEY = /pass|key|secret|token|auth|card|ssn|mail|phone|bearer|jwt|cred/i;
const MAYBE_TEXT = /[=:@]|bearer/i;
const ASSIGNMENT =
  /\b((?:x[-_])?(?:api[-_]?key|auth[-_]token|secret|token|password|authorization))(["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;&}]+/gi;
const BEARER = /\b(bearer\s+)[\w.~+/=-]+/gi;
const URL_USER = /(\/\/)[^/\s@]+@/g;

/** Says whether the value under this key is never shown: `password`, `x-api-key`, `natsPassword`, … */
export function isSensitiveKey(key: string): boolean {
  if (!MAYBE_KEY.test(key)) return false;
  const snake = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  return SENSITIVE_KEY.test(snake);
}

/** A text without the secrets that can be told by their looks: `token=…`, `Bearer …`, `user:password@host`. */
export function redactText(text: string): string {
  if (!MAYBE_TEXT.test(text)) return text;
  return text
    .replaceAll(ASSIGNMENT, `$1$2${REDACTED}`)
    .replaceAll(BEARER, `$1${REDACTED}`)
    .replaceAll(URL_USER, `$1${REDACTED}@`);
}

/** The message of an error, or the contract's placeholder when it gives a secret away. */
export function sanitizedError(message: string): string {
  return redactText(message) === message ? message : '[REDACTED: contains sensitive data]';
}
