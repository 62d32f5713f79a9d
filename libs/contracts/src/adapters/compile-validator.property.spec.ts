import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import fc from 'fast-check';

import * as contracts from '../index.js';
import { compileValidator, type DtoClass } from './compile-validator.js';

/** Every DTO of the public door, whatever is added to it later. */
const dtos = Object.entries(contracts).filter(([name]) => name.endsWith('Dto')) as [
  string,
  DtoClass<object>,
][];

it('finds the DTOs', () => {
  expect(dtos.length).toBeGreaterThan(20);
});

describe.each(dtos)('the validator compiled from %s', (_name, dto) => {
  const validator = compileValidator(dto);

  it('agrees with class-validator about any object', () => {
    fc.assert(
      fc.property(aMessageFor(dto), (message) => {
        const verdict = validator.matches(message);

        expect(verdict).toBe(validateSync(plainToInstance(dto, message)).length === 0);
        expect(validator.problems(message).length === 0).toBe(verdict);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses what is no object', () => {
    for (const value of [null, undefined, 5, 'text', true, []]) {
      expect(validator.matches(value)).toBe(false);
      expect(validator.problems(value)).not.toEqual([]);
    }
  });

  it('takes some object that has nothing but what is needed, and fields nobody knows', () => {
    const found = fc.sample(aGoodMessageFor(dto), 20);

    expect(found.filter((message) => !validator.matches({ ...message, unknown_field: 1 }))).toEqual(
      [],
    );
  });
});

it('names field, value and rule, at most eight at once', () => {
  const { problems } = compileValidator(contracts.DecideRequestDto);

  expect(
    problems({
      tenant_id: 'x'.repeat(300),
      request_id: 5,
      task: { type: '', payload: 'p' },
      run_id: 'no',
      constraints: { max_cost: -1 },
    }),
  ).toEqual(
    expect.arrayContaining([
      {
        field: 'tenant_id',
        value: `"${'x'.repeat(64)}"… (300 characters)`,
        rule: 'must be a string of 1 to 256 characters',
      },
      { field: 'request_id', value: '5', rule: 'must be a string of 1 to 128 characters' },
      { field: 'task.payload', value: '"p"', rule: 'must be an object' },
      { field: 'run_id', value: '"no"', rule: 'must be a UUID v4 or a ULID' },
      { field: 'constraints.max_cost', value: '-1', rule: 'must be >= 0' },
    ]),
  );
  expect(
    problems({
      tenant_id: 1,
      trace_id: 1,
      policy_id: 1,
      metadata: 1,
      context: 1,
      options: 1,
      run_id: 1,
      flow_id: 1,
      step_id: 1,
      task: 1,
    }),
  ).toHaveLength(8);
});

it('says so when a DTO has no decorated field', () => {
  class Empty {
    readonly field = 1;
  }

  expect(() => compileValidator(Empty)).toThrow('Empty has no decorated field');
});

const UUID = '6f0b8f6e-6c1f-4b5a-9d2b-1c2d3e4f5a6b';

/** A message with each field of the DTO good, odd or absent; nested DTOs likewise. */
function aMessageFor(dto: DtoClass<object>): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      fieldsOf(dto).map(({ name, nested }) => [
        name,
        nested
          ? fc.oneof({ weight: 4, arbitrary: aMessageFor(nested) }, anOddValue())
          : fc.oneof({ weight: 4, arbitrary: aLikelyValue(name) }, anOddValue()),
      ]),
    ),
    { requiredKeys: [] },
  );
}

/** Messages built by trying likely values for every needed field until class-validator itself is content. */
function aGoodMessageFor(dto: DtoClass<object>): fc.Arbitrary<object> {
  const shape = fieldsOf(dto)
    .filter(({ isOptional }) => !isOptional)
    .map(({ name, nested }): [string, fc.Arbitrary<unknown>] => [
      name,
      nested ? aGoodMessageFor(nested) : goodValues(dto, name),
    ]);
  return fc.record(Object.fromEntries(shape));
}

function goodValues(dto: DtoClass<object>, name: string): fc.Arbitrary<unknown> {
  const good = CANDIDATES.filter((value) => {
    const errors = validateSync(plainToInstance(dto, { [name]: value }));
    return errors.every(({ property }) => property !== name);
  });
  return fc.constantFrom(...good);
}

const CANDIDATES: readonly unknown[] = [
  UUID,
  '1',
  'text',
  'a'.repeat(64),
  0,
  5,
  true,
  false,
  {},
  { a: 1 },
  'nats',
  'active',
  'accepted',
  'success',
  'backpressure_status',
  'error',
  'MAXDELIVER_EXHAUSTED',
  'INVALID_ARGUMENT',
  'SCHEMA_VALIDATION_FAILED',
  'internal',
  'critical',
  'raised',
];

function aLikelyValue(name: string): fc.Arbitrary<unknown> {
  return name.endsWith('_id')
    ? fc.oneof(fc.constantFrom(UUID, '', 'x'.repeat(128), 'x'.repeat(129), 'ü😀'), fc.string())
    : fc.constantFrom(...CANDIDATES);
}

function anOddValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      0,
      -1,
      1.5,
      1e308,
      Infinity,
      NaN,
      [],
      [{}],
      {},
      'x'.repeat(257),
    ),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('a.b', 'a.*', '\ud800', '\ufe0f'.repeat(130), '😀'.repeat(65)),
  );
}

interface Field {
  readonly name: string;
  readonly nested: DtoClass<object> | undefined;
  readonly isOptional: boolean;
}

/** The fields class-validator knows of a DTO: those an empty and a nonsense instance are blamed for, or that are listed. */
function fieldsOf(dto: DtoClass<object>): readonly Field[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
  const names = [...new Set(metadata.map(({ propertyName }) => propertyName))];
  return names.map((name) => {
    const own = metadata.filter(({ propertyName }) => propertyName === name);
    const nested = own.find(({ constraints }) => typeof constraints?.[0] === 'function');
    return {
      name,
      nested: nested?.constraints[0],
      isOptional: own.some(({ type }) => type === 'conditionalValidation'),
    };
  });
}
