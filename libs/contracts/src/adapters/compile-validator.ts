import { _, Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { type FieldProblem, fieldProblem } from '../core/field-problem.js';
import { type JsonSchema, RULE_KEYWORD, schemaOfDto, UNITS_KEYWORD } from './dto-schema.js';

/** At most this many problems of one message are reported. */
const MAX_PROBLEMS = 8;

/** A class with class-validator decorators. */
export type DtoClass<T> = new () => T;

/** Validates plain JSON values by the decorators of a DTO, without making instances of it. */
export interface CompiledValidator<T> {
  /** Whether a value is a valid message. The hot path. */
  readonly matches: (value: unknown) => value is T;
  /** What is wrong with a value, at most 8 problems; empty when nothing is. */
  readonly problems: (value: unknown) => readonly FieldProblem[];
}

/**
 * Compiles a validator from the class-validator decorators of a DTO: the same verdicts, some forty times faster.
 * Fields without a decorator are allowed, nothing is coerced, and an optional field may be `null`.
 * @throws Error when the DTO uses a decorator that has no JSON schema.
 */
export function compileValidator<T>(dto: DtoClass<T>): CompiledValidator<T> {
  const schema = schemaOfDto(dto);
  const matches = anAjv({}).compile<T>(schema);
  let explain: ValidateFunction<T> | undefined;
  return {
    matches: (value): value is T => matches(value),
    problems: (value) => {
      explain ??= anAjv({ allErrors: true, verbose: true }).compile<T>(schema);
      if (explain(value)) return [];
      return (explain.errors ?? []).slice(0, MAX_PROBLEMS).map(toProblem);
    },
  };
}

function anAjv(options: { readonly allErrors?: boolean; readonly verbose?: boolean }): Ajv {
  const ajv = new Ajv({ ...options, strict: true, coerceTypes: false });
  ajv.addKeyword(RULE_KEYWORD);
  ajv.addKeyword({
    keyword: UNITS_KEYWORD,
    type: 'string',
    schemaType: 'array',
    // Counts as `string.length` does, which costs nothing; ajv's own keywords walk through the string.
    code: (context) => {
      const [min, max] = unitsOf(context.schema);
      context.fail(_`${context.data}.length < ${min} || ${context.data}.length > ${max}`);
    },
  });
  return ajv;
}

function unitsOf(schema: unknown): readonly [number, number] {
  const [min, max]: readonly unknown[] = Array.isArray(schema) ? schema : [];
  return [Number(min), Number(max)];
}

function toProblem(error: ErrorObject): FieldProblem {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return fieldProblem(path === '' ? missing : `${path}.${missing}`, undefined, 'is required');
  }
  return fieldProblem(path, error.data, ruleOf(error));
}

function ruleOf(error: ErrorObject): string {
  const schema: JsonSchema = error.parentSchema ?? {};
  const rule = schema[RULE_KEYWORD];
  if (typeof rule === 'string') return rule;
  if (error.keyword === 'type') return `must be ${kindOf(String(schema['type']))}`;
  if (error.keyword === 'enum') return `must be one of ${allowedOf(error)}`;
  return error.message ?? `must pass ${error.keyword}`;
}

function kindOf(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function allowedOf(error: ErrorObject): string {
  const allowed: unknown = error.params['allowedValues'];
  const values: readonly unknown[] = Array.isArray(allowed) ? allowed : [];
  return values
    .filter((value) => value !== null)
    .map(String)
    .join(', ');
}
