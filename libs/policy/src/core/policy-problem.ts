/** One flaw of a policy document. */
export interface PolicyProblem {
  /** Where: `fallbacks[1].backoff.base_ms`; empty for the document itself. */
  readonly path: string;
  /** What stands there, shortened to 64 characters; empty when nothing does. */
  readonly value: string;
  /** What should. */
  readonly rule: string;
}

/** One line for people: `providers[0].weight must be … (got 150)`. */
export function describeProblem({ path, value, rule }: PolicyProblem): string {
  const where = path === '' ? 'document' : path;
  return value === '' ? `${where} ${rule}` : `${where} ${rule} (got ${value})`;
}

const MAX_SHOWN_CHARS = 64;
const SECRET = /secret|token|password|passwd|credential|api[_-]?key|authorization/i;

/** A value as an error message shows it: short, and never a secret. */
function shown(value: unknown, path: string): string {
  if (value === undefined) return '';
  if (SECRET.test(path)) return '***';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? shorten(value) : value) ?? typeof value;
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS - 1)}…`;
}

const MAX_PROBLEMS = 100;

/** Collects the flaws of a document. Beyond 100 they are only counted. */
export class ProblemCollector {
  readonly #problems: PolicyProblem[] = [];
  #found = 0;

  get isEmpty(): boolean {
    return this.#found === 0;
  }

  add(path: string, value: unknown, rule: string): void {
    this.#found += 1;
    if (this.#found > MAX_PROBLEMS) return;
    const where = path.length <= 2 * MAX_SHOWN_CHARS ? path : `${path.slice(0, 127)}…`;
    this.#problems.push({ path: where, value: shown(value, path), rule });
  }

  /** Whether anything is wrong at one of these top-level fields or inside it. */
  concerns(...fields: readonly string[]): boolean {
    return this.#problems.some(({ path }) =>
      fields.some(
        (field) =>
          path === field || (/^[.[]/.test(path.slice(field.length)) && path.startsWith(field)),
      ),
    );
  }

  all(): readonly PolicyProblem[] {
    const more = this.#found - this.#problems.length;
    if (more === 0) return this.#problems;
    const rest = { path: '', value: '', rule: `has ${more} more problems` };
    return [...this.#problems, rest];
  }
}
