import type { TObject, TSchema } from '@sinclair/typebox';
import type { ValueKind } from '../core/coerce.js';
import { envNameOf } from '../core/names.js';

/** A key as loader and documentation see it. */
export interface KeySpec {
  /** Name of the property in the configuration object: `grpcPort`. */
  readonly property: string;
  /** Name in the environment: `GRPC_PORT`. */
  readonly name: string;
  /** Other names in the environment. */
  readonly aliases: readonly string[];
  readonly kind: ValueKind;
  /** What a value has to be, in words. */
  readonly rule: string;
  readonly about: string;
  /** `undefined` when the key may be absent. */
  readonly byDefault: unknown;
  readonly secret: boolean;
  readonly mustExist: 'file' | 'directory' | undefined;
}

/** The keys of a schema, in its order. */
export function keySpecsOf(schema: TObject): readonly KeySpec[] {
  return Object.entries(schema.properties).map(([property, key]) => keySpecOf(property, key));
}

function keySpecOf(property: string, key: TSchema): KeySpec {
  const aliases: readonly string[] = key['aliases'] ?? [];
  return {
    property,
    name: envNameOf(property),
    aliases: aliases.map(envNameOf),
    kind: kindOf(key),
    rule: `must be ${ruleOf(key)}`,
    about: String(key['about']),
    byDefault: key['default'],
    secret: key['secret'] === true,
    mustExist: key['mustExist'],
  };
}

function kindOf(key: TSchema): ValueKind {
  if (key['json'] === true) return 'json';
  switch (key['type']) {
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'array':
      return key['items']?.type === 'integer' ? 'integers' : 'texts';
    default:
      return 'text';
  }
}

function ruleOf(key: TSchema): string {
  if (typeof key['shape'] === 'string') return key['shape'];
  if (Array.isArray(key['enum'])) return `one of ${key['enum'].join(', ')}`;
  switch (key['type']) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `an integer ${rangeOf(key)}`;
    case 'array':
      return `a list of ${key['minItems']} to ${key['maxItems']} integers ${rangeOf(key['items'])}${unitOf(key)}`;
    default:
      return `a text of at most ${key['maxLength']} characters`;
  }
}

function rangeOf(key: TSchema): string {
  return `from ${key['minimum']} to ${key['maximum']}${unitOf(key)}`;
}

function unitOf(key: TSchema): string {
  return key['unit'] === undefined ? '' : ` (${key['unit']})`;
}
