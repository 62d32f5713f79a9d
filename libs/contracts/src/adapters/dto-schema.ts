import { ValidationTypes } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';

import { NESTED, TEXT_LIKE, TEXT_OF } from '../dto/rules.js';

/** A JSON schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Annotation that puts a constraint into words. */
export const RULE_KEYWORD = 'x-rule';

/** Least and greatest length of a string, in UTF-16 units. */
export const UNITS_KEYWORD = 'x-units';

const DEFINITIONS = '#/definitions/';

type Schemas = Readonly<Record<string, object>>;
type SchemaOptions = NonNullable<Parameters<typeof validationMetadatasToSchemas>[0]>;
type Converters = NonNullable<SchemaOptions['additionalConverters']>;

const OWN_CONVERTERS: Converters = {
  [TEXT_OF]: (meta) => {
    const [min, max] = constraintsOf(meta).map(Number);
    const rule = `must be a string of ${min} to ${max} characters`;
    return { type: 'string', [UNITS_KEYWORD]: [min, max], [RULE_KEYWORD]: rule };
  },
  [TEXT_LIKE]: (meta) => {
    const [pattern = '', rule] = constraintsOf(meta).map(String);
    return { type: 'string', pattern, [RULE_KEYWORD]: rule };
  },
  [NESTED]: (meta) => {
    const [dto] = constraintsOf(meta);
    return { $ref: `${DEFINITIONS}${typeof dto === 'function' ? dto.name : ''}` };
  },
  // Its own converter goes by the design type, which knows neither unions with null nor the items of a list.
  [ValidationTypes.NESTED_VALIDATION]: {},
};

/**
 * The JSON schema of a DTO, with its nested DTOs in place and `null` allowed where a field is optional.
 * @throws Error when a DTO it needs has no decorated field.
 */
export function schemaOfDto(dto: { readonly name: string }): JsonSchema {
  const schemas = validationMetadatasToSchemas({
    refPointerPrefix: DEFINITIONS,
    additionalConverters: OWN_CONVERTERS,
  });
  return resolved({ $ref: `${DEFINITIONS}${dto.name}` }, schemas);
}

function constraintsOf(meta: { readonly constraints?: readonly unknown[] }): readonly unknown[] {
  return meta.constraints ?? [];
}

/** Puts what a schema refers to in its place and lets `null` stand for every absent optional field. */
function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const target = schema['$ref'];
  if (typeof target === 'string') return resolved(definitionOf(target, schemas), schemas);
  const { items, properties, required } = schema;
  return {
    ...schema,
    ...(isSchema(items) ? { items: resolved(items, schemas) } : undefined),
    ...(isSchema(properties)
      ? { properties: resolvedProperties(properties, required, schemas) }
      : undefined),
  };
}

function definitionOf(reference: string, schemas: Schemas): JsonSchema {
  const name = reference.slice(DEFINITIONS.length);
  const definition = schemas[name];
  if (definition === undefined) throw new Error(`${name || 'a DTO'} has no decorated field`);
  return { ...definition };
}

function resolvedProperties(
  properties: JsonSchema,
  required: unknown,
  schemas: Schemas,
): Record<string, JsonSchema> {
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const result: Record<string, JsonSchema> = {};
  for (const [name, property] of Object.entries(properties)) {
    if (!isSchema(property)) continue;
    const schema = resolved(property, schemas);
    result[name] = needed.includes(name) ? schema : nullable(schema);
  }
  return result;
}

function nullable(schema: JsonSchema): JsonSchema {
  if (schema['type'] === undefined) return schema;
  const allowed: unknown = schema['enum'];
  const values: readonly unknown[] = Array.isArray(allowed) ? allowed : [];
  return { ...schema, nullable: true, ...(values.length > 0 ? { enum: [...values, null] } : {}) };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
