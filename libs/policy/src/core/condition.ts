import { numberOf } from '@beamline/kernel';
import type { Clause, Condition, ConditionOperator, Operand, Scalar } from './policy-document.js';
import type { RouteRequest } from './route-request.js';
import { sharing } from './share.js';

/**
 * Whether a request meets a condition.
 * @param impliedStatus What `status` means where the context gives none.
 */
export type Test = (request: RouteRequest, impliedStatus?: string) => boolean;

type Read = (request: RouteRequest, impliedStatus: string | undefined) => unknown;

/** Turns a condition into a function. All its comparisons must hold; one with a missing side never does. */
export function compileCondition(condition: Condition): Test {
  if (condition.length === 0) return always;
  return sharedTest(JSON.stringify(condition), () => compileClauses(condition));
}

// The same few conditions stand in the policies of all tenants.
const sharedTest = sharing<Test>();

function compileClauses(condition: Condition): Test {
  const tests = condition.map(compileClause);
  const [first] = tests;
  if (tests.length === 1 && first) return first;
  return (request, impliedStatus) => tests.every((test) => test(request, impliedStatus));
}

const always: Test = () => true;

function compileClause({ op, left, right }: Clause): Test {
  const readLeft = compileOperand(left);
  const readRight = compileOperand(right);
  const holds = COMPARISONS[op];
  return (request, impliedStatus) => {
    const one = readLeft(request, impliedStatus);
    if (one === undefined) return false;
    const other = readRight(request, impliedStatus);
    return other !== undefined && holds(one, other);
  };
}

const COMPARISONS: Readonly<Record<ConditionOperator, (left: unknown, right: unknown) => boolean>> =
  {
    '==': isEqual,
    '!=': (left, right) => !isEqual(left, right),
    '>': (left, right) => compare(left, right) > 0,
    '<': (left, right) => compare(left, right) < 0,
    '>=': (left, right) => compare(left, right) >= 0,
    '<=': (left, right) => compare(left, right) <= 0,
    in: (left, right) => Array.isArray(right) && right.some((value) => isEqual(left, value)),
  };

const STATUS_CLASS = /^[1-5]xx$/;

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') {
    return isOfClass(left, right) || isOfClass(right, left);
  }
  if (typeof left === 'string') return isEqual(right, left);
  if (typeof right !== 'string') return false;
  // gRPC contexts know texts only.
  if (typeof left === 'boolean') return String(left) === right;
  if (typeof left !== 'number') return false;
  return numberOf(right) === left || isOfClass(right, String(left));
}

/** `5xx` stands for every status from 500 to 599. */
function isOfClass(pattern: string, status: string): boolean {
  return (
    STATUS_CLASS.test(pattern) &&
    status.length === 3 &&
    /^\d+$/.test(status) &&
    status[0] === pattern[0]
  );
}

/** Below, at or above zero; `NaN`, which no comparison accepts, where two values have no order. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }
  return numberOf(left) - numberOf(right);
}

function compileOperand(operand: Operand): Read {
  if ('var' in operand) return compilePath(operand.var);
  const literal: Scalar | readonly Scalar[] = 'value' in operand ? operand.value : operand.values;
  return () => literal;
}

function compilePath(variable: string): Read {
  const path = variable.startsWith('context.') ? variable.slice('context.'.length) : variable;
  const segments = path.split('.');
  const fallback = FACTS[path] ?? nothing;
  return (request, impliedStatus) => {
    const { context } = request;
    // The whole path may be one key: a gRPC context is flat.
    if (Object.hasOwn(context, path)) return context[path];
    const inner = segments.length > 1 ? walk(context, segments) : undefined;
    return inner === undefined ? fallback(request, impliedStatus) : inner;
  };
}

function walk(context: unknown, segments: readonly string[]): unknown {
  let value = context;
  for (const segment of segments) {
    if (!isRecord(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
  }
  return value;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const nothing: Read = () => undefined;

/** What conditions see of a request beyond its context. */
const FACTS: Readonly<Partial<Record<string, Read>>> = Object.assign(Object.create(null), {
  status: (_request: RouteRequest, impliedStatus: string | undefined) => impliedStatus,
  message_type: ({ messageType }: RouteRequest) => (messageType === '' ? undefined : messageType),
  tenant_id: ({ tenantId }: RouteRequest) => tenantId,
  request_id: ({ requestId }: RouteRequest) => requestId,
});
