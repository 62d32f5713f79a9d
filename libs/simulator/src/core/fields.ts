/** The values a number may have, bounds included. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole?: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** Reads the fields of a JSON object, and collects what is wrong with them under their full names. Nothing here throws. */
export class Fields {
  readonly #values: Values;
  readonly #path: string;
  readonly #problems: string[];
  readonly #known = new Set<string>();

  private constructor(values: Values, path: string, problems: string[]) {
    this.#values = values;
    this.#path = path;
    this.#problems = problems;
  }

  /** Reads `value` by `read`; `base` when it is absent, or no object, which is a problem. Fields that `read` does not take are problems. */
  static read<Result>(
    value: unknown,
    { path, problems, base }: { path: string; problems: string[]; base: Result },
    read: (fields: Fields) => Result,
  ): Result {
    if (value === undefined) return base;
    if (!isRecord(value)) {
      problems.push(`${path || 'settings'}: must be an object (got ${shown(value)})`);
      return base;
    }
    const fields = new Fields(value, path === '' ? '' : `${path}.`, problems);
    const result = read(fields);
    fields.#refuseUnknown();
    return result;
  }

  take(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  number(name: string, base: number, range: Range): number {
    const value = this.take(name);
    return value === undefined ? base : this.check(name, value, range, base);
  }

  optionalNumber(name: string, range: Range): number | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : this.check(name, value, range, range.least);
  }

  /** An object or a list of objects or numbers within this one. */
  nested<Result>(name: string, base: Result, read: (fields: Fields) => Result): Result {
    const context = { path: `${this.#path}${name}`, problems: this.#problems, base };
    return Fields.read(this.take(name), context, read);
  }

  /** A list of 1 to `most` items, each read by `read` under its own name. */
  list<Item>(
    name: string,
    base: readonly Item[],
    { most, read }: { most: number; read: (item: unknown, name: string) => Item },
  ): readonly Item[] {
    const value = this.take(name);
    if (value === undefined) return base;
    if (!Array.isArray(value) || value.length === 0 || value.length > most) {
      this.problem(name, `must be a list of 1 to ${most} items (got ${shown(value)})`);
      return base;
    }
    return value.map((item: unknown, index) => read(item, `${name}[${index}]`));
  }

  /** Every field as a share of 0 or more, at most `most` of them, not all 0. */
  shares(
    name: string,
    base: Readonly<Record<string, number>>,
    most: number,
  ): Record<string, number> {
    return this.nested(name, { ...base }, (fields) => {
      const names = Object.keys(fields.#values);
      const entries = names.map(
        (key) => [key, fields.number(key, 0, { least: 0, most: 1e9 })] as const,
      );
      const isUsable = names.length <= most && entries.some(([, share]) => share > 0);
      if (!isUsable && names.length > 0)
        this.problem(name, `must have 1 to ${most} shares, one above 0`);
      return Object.fromEntries(entries);
    });
  }

  check(name: string, value: unknown, { least, most, isWhole }: Range, base: number): number {
    const fits = typeof value === 'number' && value >= least && value <= most;
    if (fits && (!isWhole || Number.isInteger(value))) return value;
    const kind = isWhole ? 'a whole number' : 'a number';
    this.problem(name, `must be ${kind} from ${least} to ${most} (got ${shown(value)})`);
    return base;
  }

  item<Result>(
    name: string,
    value: unknown,
    base: Result,
    read: (fields: Fields) => Result,
  ): Result {
    const path = `${this.#path}${name}`;
    if (value === undefined) return base;
    return Fields.read(value, { path, problems: this.#problems, base }, read);
  }

  problem(name: string, text: string): void {
    this.#problems.push(`${this.#path}${name}: ${text}`);
  }

  #refuseUnknown(): void {
    for (const name of Object.keys(this.#values)) {
      if (this.#known.has(name)) continue;
      this.problem(name.slice(0, 64), `is unknown (known: ${[...this.#known].join(', ')})`);
    }
  }
}

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for an error message, shortened. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return (JSON.stringify(value) ?? String(value)).slice(0, 64);
}
