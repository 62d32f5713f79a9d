import { FieldReader, isObject } from './field-reader.js';
import type { Clause, Condition, ConditionOperator, Operand, Scalar } from './policy-document.js';
import type { ProblemCollector } from './policy-problem.js';

const OPERATORS: readonly ConditionOperator[] = ['==', '!=', '>', '<', '>=', '<=', 'in'];
const MAX_CLAUSES = 50;
const MAX_VALUES = 1_000;
const MAX_PATH_CHARS = 255;

/** Where a condition is read from, and where its flaws go. */
interface Place {
  readonly path: string;
  readonly problems: ProblemCollector;
}

/**
 * Reads a `when`: an object of comparisons, a list of statuses, or the short form `status:timeout|5xx`.
 * What cannot be read becomes a problem.
 */
export function readCondition(when: unknown, path: string, problems: ProblemCollector): Condition {
  const place = { path, problems };
  if (typeof when === 'string') return readShortForm(when);
  if (Array.isArray(when)) return readMembership('status', when, place);
  const fields = FieldReader.of(when, path, problems);
  if (fields === undefined) return [];
  const entries = fields.entries();
  if (entries.length > MAX_CLAUSES) {
    problems.add(path, when, `must have at most ${MAX_CLAUSES} comparisons`);
  }
  return entries
    .slice(0, MAX_CLAUSES)
    .flatMap(([key, value]) => readEntry(key, value, { path: fields.at(key), problems }));
}

function readShortForm(when: string): Condition {
  const colon = when.indexOf(':');
  const key = colon < 0 ? 'status' : when.slice(0, colon).trim();
  const values = when
    .slice(colon + 1)
    .split('|')
    .map((value) => value.trim());
  return [{ op: 'in', left: { var: key }, right: { values } }];
}

function readEntry(key: string, value: unknown, place: Place): readonly Clause[] {
  const operator = OPERATORS.find((known) => known === key);
  if (operator !== undefined) return readOperator(operator, value, place);
  if (Array.isArray(value)) return readMembership(key, value, place);
  if (isScalar(value)) return [{ op: '==', left: { var: key }, right: { value } }];
  place.problems.add(place.path, value, 'must be a value, a list of values or an operator form');
  return [];
}

function readMembership(key: string, values: readonly unknown[], place: Place): readonly Clause[] {
  const right = readValues(values, place);
  return right === undefined ? [] : [{ op: 'in', left: { var: key }, right }];
}

function readOperator(op: ConditionOperator, value: unknown, place: Place): readonly Clause[] {
  if (!Array.isArray(value) || value.length !== 2) {
    place.problems.add(place.path, value, 'must be a list of two: [left, right]');
    return [];
  }
  const { path, problems } = place;
  const left = readOperand(value[0], { path: `${path}[0]`, problems });
  const right = readOperand(value[1], { path: `${path}[1]`, problems });
  if (left === undefined || right === undefined) return [];
  if ('values' in left) {
    problems.add(`${path}[0]`, value[0], 'must be a value or {"var": "context.…"}');
  } else if (op === 'in' && 'value' in right) {
    problems.add(`${path}[1]`, value[1], 'must be a list or {"var": "context.…"}');
  } else if (op !== 'in' && 'values' in right) {
    problems.add(`${path}[1]`, value[1], 'must be a value or {"var": "context.…"}');
  } else return [{ op, left, right }];
  return [];
}

function readOperand(operand: unknown, place: Place): Operand | undefined {
  if (isScalar(operand)) return { value: operand };
  if (Array.isArray(operand)) return readValues(operand, place);
  if (isObject(operand) && Object.keys(operand).length === 1) {
    const name = operand['var'];
    if (typeof name === 'string' && name !== '' && name.length <= MAX_PATH_CHARS) {
      return { var: name };
    }
  }
  place.problems.add(place.path, operand, 'must be a value, a list or {"var": "context.…"}');
  return undefined;
}

function readValues(values: readonly unknown[], { path, problems }: Place): Operand | undefined {
  if (values.length <= MAX_VALUES && values.every(isScalar)) return { values };
  problems.add(path, values, `must list at most ${MAX_VALUES} texts, numbers or booleans`);
  return undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
