import { nearestName } from '@beamline/kernel';
import type { ProblemCollector } from './policy-problem.js';

type Fields = Readonly<Record<string, unknown>>;

/** A JSON object, as opposed to a list or a scalar. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text must look like. */
export interface TextRule {
  readonly maxChars: number;
  readonly pattern?: RegExp;
}

/** A range of numbers, both ends included. */
export interface NumberRule {
  readonly min: number;
  readonly max: number;
}

/** A field to spread into an object: none at all where there is no value. */
export function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Field in Name]?: Value } {
  const field: { [Field in Name]?: Value } = {};
  if (value !== undefined) field[name] = value;
  return field;
}

/** Nesting beyond this is refused in free-form parts, so that nothing later recurses without end. */
const MAX_DEPTH = 32;

/**
 * Reads the fields of one object of a document. Whatever is wrong goes to the collector, and the reader answers
 * `undefined` as for a missing field; `null` counts as missing.
 */
export class FieldReader {
  constructor(
    private readonly fields: Fields,
    readonly path: string,
    readonly problems: ProblemCollector,
  ) {}

  /** A reader for an object, or `undefined` and a problem when it is none. */
  static of(value: unknown, path: string, problems: ProblemCollector): FieldReader | undefined {
    if (isObject(value)) return new FieldReader(value, path, problems);
    problems.add(path, value, 'must be an object');
    return undefined;
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.fields);
  }

  wrong(name: string, rule: string): undefined {
    this.problems.add(this.at(name), this.value(name), rule);
    return undefined;
  }

  require(name: string): void {
    if (!this.has(name)) this.problems.add(this.at(name), undefined, 'is required');
  }

  text(name: string, { maxChars, pattern }: TextRule): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value.length === 0 || value.length > maxChars) {
      return this.wrong(name, `must be a text of 1 to ${maxChars} characters`);
    }
    if (pattern && !pattern.test(value)) return this.wrong(name, `must match ${pattern.source}`);
    return value;
  }

  number(name: string, { min, max }: NumberRule): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    return this.wrong(name, `must be a number from ${min} to ${max}`);
  }

  integer(name: string, { min, max }: NumberRule): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    return this.wrong(name, `must be a whole number from ${min} to ${max}`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.wrong(name, 'must be true or false');
  }

  oneOf<Name extends string>(name: string, known: readonly Name[]): Name | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const found = known.find((candidate) => candidate === value);
    return found ?? this.wrong(name, `must be one of ${known.join(', ')}`);
  }

  /** A missing list is empty. */
  list(name: string, maxItems: number): readonly unknown[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.wrong(name, 'must be a list');
      return [];
    }
    if (value.length > maxItems) this.wrong(name, `must have at most ${maxItems} items`);
    return value.slice(0, maxItems);
  }

  child(name: string): FieldReader | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : FieldReader.of(value, this.at(name), this.problems);
  }

  /** A free-form object; a missing one is empty. */
  freeForm(name: string): Fields {
    const value = this.value(name);
    if (value === undefined) return NOTHING;
    if (!isObject(value)) this.wrong(name, 'must be an object');
    else if (isDeeperThan(value, MAX_DEPTH)) {
      this.wrong(name, `must be nested at most ${MAX_DEPTH} levels deep`);
    } else return value;
    return NOTHING;
  }

  onlyKnows(known: readonly string[]): void {
    for (const [name, value] of this.entries()) {
      if (known.includes(name)) continue;
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      this.problems.add(this.at(name), value, `is not a known field${hint}`);
    }
  }
}

const NOTHING: Fields = Object.freeze({});

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
