/** Reads the fields of one object of a document, and collects what is wrong with them. Nothing here throws. */
export class DocumentReader {
  readonly #read = new Set<string>();

  private constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly path: string,
    private readonly report: DocumentReport,
  ) {}

  /** A reader of `value`, or `undefined` when it is no object. Fields of its prototype are not fields of it. */
  static of(value: unknown, path: string, report: DocumentReport): DocumentReader | undefined {
    return isRecord(value) ? new DocumentReader(value, path, report) : undefined;
  }

  /** The value of a field; `undefined` when it is absent. */
  take(field: string): unknown {
    this.#read.add(field);
    return Object.hasOwn(this.fields, field) ? this.fields[field] : undefined;
  }

  /** A whole number; below `least` it becomes `least`. Absent or refused: `base`. */
  wholeNumber(field: string, base: number, least = 1): number {
    const value = this.take(field);
    if (value === undefined) return base;
    if (typeof value !== 'number' || Number.isNaN(value) || value > MAX_NUMBER) {
      return this.#refuse(field, value, `must be a number, at most ${MAX_NUMBER}`, base);
    }
    if (value < least) {
      this.report.notes.push(`${this.path}${field}: ${shown(value)} counts as ${least}`);
      return least;
    }
    if (!Number.isInteger(value)) return this.#refuse(field, value, 'must be whole', base);
    return value;
  }

  /** A number from 0 to 1; what is outside becomes the nearer end. Absent or refused: `base`. */
  share(field: string, base: number): number {
    const value = this.take(field);
    if (value === undefined) return base;
    if (typeof value !== 'number' || Number.isNaN(value)) {
      return this.#refuse(field, value, 'must be a number from 0 to 1', base);
    }
    const clamped = Math.min(1, Math.max(0, value));
    if (clamped !== value) {
      this.report.notes.push(`${this.path}${field}: ${shown(value)} counts as ${clamped}`);
    }
    return clamped;
  }

  flag(field: string, base: boolean): boolean {
    const value = this.take(field);
    if (value === undefined || typeof value === 'boolean') return value ?? base;
    return this.#refuse(field, value, 'must be true or false', base);
  }

  text(field: string, base: string, maxLength: number): string {
    const value = this.take(field);
    if (value === undefined) return base;
    if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value;
    return this.#refuse(field, value, `must be a text of 1 to ${maxLength} characters`, base);
  }

  oneOf<Name extends string>(field: string, names: readonly Name[], base: Name): Name {
    const value = this.take(field);
    if (value === undefined) return base;
    const found = names.find((name) => name === value);
    return found ?? this.#refuse(field, value, `must be one of ${names.join(', ')}`, base);
  }

  /** Reports every field that nobody has taken. */
  refuseTheRest(): void {
    for (const field of Object.keys(this.fields)) {
      if (this.#read.has(field)) continue;
      const known = [...this.#read].join(', ');
      this.report.problems.push(
        `${this.path}${shown(field).slice(1, -1)}: unknown field (known: ${known})`,
      );
    }
  }

  #refuse<Base>(field: string, value: unknown, rule: string, base: Base): Base {
    this.report.problems.push(`${this.path}${field}: ${rule} (got ${shown(value)})`);
    return base;
  }
}

/** What came up while a document was read. */
export interface DocumentReport {
  /** Why it is refused. */
  readonly problems: string[];
  /** What was read as something else than it says. */
  readonly notes: string[];
}

/** What fits into a signed 32-bit number, as protobuf durations and gauges want it. */
const MAX_NUMBER = 2 ** 31 - 1;
const MAX_SHOWN = 64;

/** A value for an error message, shortened. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN));
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
