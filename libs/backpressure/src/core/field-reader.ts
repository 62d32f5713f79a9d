import { isRecord, shown } from './document-reader.js';
import { isSubjectName } from './subject-name.js';

/**
 * Checks what came in from elsewhere, field by field. It reads on after a problem, with harmless values in the place of
 * bad ones; the first problem is what counts. Nothing here throws.
 */
export class FieldReader {
  #problem: string | undefined;

  /** The first thing that is wrong; `undefined`: nothing is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  fields(path: string, value: unknown): Readonly<Record<string, unknown>> {
    return isRecord(value) ? value : this.refuse(path, value, 'must be an object', {});
  }

  version(value: unknown): void {
    if (value !== 1) this.refuse('version', value, 'must be 1', undefined);
  }

  list(path: string, value: unknown, maxLength: number): readonly unknown[] {
    if (!Array.isArray(value)) return this.refuse(path, value, 'must be a list', []);
    if (value.length <= maxLength) return value;
    return this.refuse(path, value.length, `must have at most ${maxLength} elements`, []);
  }

  subject(path: string, value: unknown): string {
    return isSubjectName(value) ? value : this.refuse(path, value, 'must have 1 to 1023 bytes', '');
  }

  /** 1 to 128 letters, digits and marks: an id that is safe in logs and on pages. */
  replica(path: string, value: unknown): string {
    if (typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value)) return value;
    return this.refuse(path, value, 'must be 1 to 128 letters, digits, "_", ".", ":" or "-"', '');
  }

  text(path: string, value: unknown, maxLength: number): string {
    if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value;
    return this.refuse(path, value, `must be a text of 1 to ${maxLength} characters`, '');
  }

  oneOf<Name extends string>(
    path: string,
    value: unknown,
    names: readonly [Name, ...Name[]],
  ): Name {
    const found = names.find((name) => name === value);
    return found ?? this.refuse(path, value, `must be one of ${names.join(', ')}`, names[0]);
  }

  count(path: string, value: unknown): number {
    const amount = this.amount(path, value);
    return Number.isInteger(amount) ? amount : this.refuse(path, value, 'must be whole', 0);
  }

  /** Bounded above so that no sum of a few hundred of them is Infinity. */
  amount(path: string, value: unknown): number {
    if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    return this.refuse(path, value, 'must be a number from 0 to 2^53 - 1', 0);
  }

  optionalAmount(path: string, value: unknown): number | undefined {
    return value === undefined ? undefined : this.amount(path, value);
  }

  flag(path: string, value: unknown, base: boolean): boolean {
    if (value === undefined || typeof value === 'boolean') return value ?? base;
    return this.refuse(path, value, 'must be true or false', base);
  }

  /** Writes a problem down. @returns `instead`. */
  refuse<Instead>(path: string, value: unknown, rule: string, instead: Instead): Instead {
    this.#problem ??= `${path} ${rule} (got ${shown(value)})`;
    return instead;
  }
}
