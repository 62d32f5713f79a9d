/** What is wrong with one field of a message. */
export interface FieldProblem {
  /** Path of the field, `''` for the message as a whole. */
  readonly field: string;
  /** What stands there: shortened, and masked when the field may hold a secret. */
  readonly value: string;
  /** What should stand there. */
  readonly rule: string;
}

const MAX_SHOWN_LENGTH = 64;
const SECRET_FIELD =
  /password|api[_-]?key|secret|token|authorization|credit_card|ssn|email|phone|bearer|x-auth/i;

/** Describes a field that breaks a rule. */
export function fieldProblem(field: string, value: unknown, rule: string): FieldProblem {
  return { field, value: shownValue(field, value), rule };
}

/** One line: field, rule and value. */
export function describeProblem({ field, value, rule }: FieldProblem): string {
  return `${field === '' ? 'the message' : field} ${rule} (got ${value})`;
}

/** A value as an error message may show it: at most 64 characters, structures by their kind only. */
function shownValue(field: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (SECRET_FIELD.test(field)) return '[REDACTED]';
  if (typeof value === 'string') return shownText(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return 'an object';
}

function shownText(value: string): string {
  if (value.length <= MAX_SHOWN_LENGTH) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH))}… (${value.length} characters)`;
}
