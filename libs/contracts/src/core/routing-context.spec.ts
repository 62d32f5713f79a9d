import fc from 'fast-check';

import { policyIdOf } from './build-command.js';
import { constraintsOf, contextOf, isFlagSet } from './routing-context.js';
import { isSerializedAtLeast } from './serialized-size.js';

it.each([
  [true, true],
  [false, false],
  ['true', true],
  ['false', false],
  [1, true],
  [0, false],
  ['unknown', false],
  [undefined, false],
])('reads the flag %j as %s', (value, expected) => {
  expect(isFlagSet(value)).toBe(expected);
});

it('lets metadata beat constraints, context beat metadata and ids beat all', () => {
  const context = contextOf({
    constraints: { max_cost: 1, max_latency_ms: 5 },
    metadata: { max_cost: 2, region: 'eu', run_id: 'no' },
    context: { region: 'us' },
    run_id: 'r',
    flow_id: null,
  });

  expect(context).toEqual({ max_cost: 2, max_latency_ms: 5, region: 'us', run_id: 'r' });
});

it('does not let a key __proto__ reach other objects', () => {
  const metadata = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');

  expect(contextOf({ metadata, context: { b: 2 } })).toMatchObject({ a: 1, b: 2 });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it.each`
  constraints                | context                      | expected
  ${{ max_latency_ms: 100 }} | ${{ max_latency_ms: 200 }}   | ${{ maxLatencyMs: 100 }}
  ${undefined}               | ${{ max_latency_ms: '200' }} | ${{ maxLatencyMs: 200 }}
  ${{ max_cost: 0 }}         | ${{ max_latency_ms: 1 }}     | ${{ maxLatencyMs: 1, maxCost: 0 }}
  ${null}                    | ${{ max_cost: -1 }}          | ${{}}
  ${null}                    | ${{ max_cost: 'cheap' }}     | ${{}}
  ${null}                    | ${{ max_cost: '' }}          | ${{}}
`('demands $expected of $constraints and $context', ({ constraints, context, expected }) => {
  expect(constraintsOf(constraints, context)).toEqual(expected);
});

it.each([
  ['chat-prod', 'chat-prod'],
  ['policy:chat-prod', 'chat-prod'],
  ['policy:', undefined],
  ['', undefined],
  [null, undefined],
  ['Policy:x', 'Policy:x'],
])('reads the policy reference %j as %j', (value, expected) => {
  expect(policyIdOf(value)).toBe(expected);
});

it('judges the size of a payload as if it had been serialised', () => {
  const payload = fc.dictionary(fc.stringMatching(/^[a-z]{0,4}$/), anAsciiValue(), { maxKeys: 4 });
  fc.assert(
    fc.property(payload, fc.nat(60), (value, minimum) => {
      expect(isSerializedAtLeast(value, minimum)).toBe(JSON.stringify(value).length >= minimum);
    }),
  );
});

function anAsciiValue(): fc.Arbitrary<unknown> {
  const text = fc.stringMatching(/^[a-z ]{0,9}$/);
  return fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(text),
    fc.object({ key: text, values: [text] }),
  );
}
