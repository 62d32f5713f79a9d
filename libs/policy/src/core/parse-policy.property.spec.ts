import fc from 'fast-check';
import { compilePolicy, decide, emptySnapshot, parsePolicy, readPolicy } from './index.js';

const FIELDS = [
  'providers',
  'weights',
  'fallbacks',
  'fallback',
  'sticky',
  'extensions',
  'pre',
  'circuit_breaker',
  'rate_limit',
  'version',
  'metadata',
];
const INNER = [
  'name',
  'id',
  'weight',
  'when',
  'to',
  'retry',
  'backoff',
  'enabled',
  'ttl',
  'config',
];

it('any JSON is either a policy or has problems, each with a rule', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), almostAPolicy()), (document) => {
      for (const parsed of [parsePolicy(document), readPolicy(document)]) {
        if (parsed.ok) continue;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { rule, value } of parsed.problems) {
          expect(rule).not.toBe('');
          expect(value.length).toBeLessThanOrEqual(200);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

it('whatever parses can be compiled and decides', () => {
  fc.assert(
    fc.property(
      almostAPolicy(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (document, context) => {
        const parsed = readPolicy(document);
        if (!parsed.ok) return;
        const request = {
          tenantId: 't',
          requestId: 'r',
          messageType: '',
          context,
          constraints: {},
        };

        expect(() => decide(compilePolicy(parsed.policy), request, emptySnapshot(0))).not.toThrow();
      },
    ),
    { numRuns: 1_000 },
  );
});

function almostAPolicy(): fc.Arbitrary<unknown> {
  const scalar = fc.oneof(
    fc.constantFrom('a', 'b', '10m', 'exponential', true, 1, 0.5, 70, 0, null, -1),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const inner = fc.dictionary(fc.constantFrom(...INNER), scalar);
  const section = fc.oneof(inner, fc.array(inner, { maxLength: 3 }), scalar);
  return fc.dictionary(fc.constantFrom(...FIELDS), section);
}
