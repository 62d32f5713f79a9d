import fc from 'fast-check';

import { kvKey, kvKeyParts } from './kv-key.js';

/** Any string at all, unpaired surrogates included. */
const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string(),
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
    fc.constantFrom('', '.', '=', '==', '=2e', '==002e', '*', '>', ' ', 'tenant.a', '__proto__'),
  );

const someParts = (): fc.Arbitrary<string[]> => fc.array(anyText(), { minLength: 1, maxLength: 4 });

it('gives different keys to different parts', () => {
  fc.assert(
    fc.property(someParts(), someParts(), (one, other) => {
      const sameParts = JSON.stringify(one) === JSON.stringify(other);
      expect(kvKey(...one) === kvKey(...other)).toBe(sameParts);
    }),
  );
});

it('takes every key it built apart again', () => {
  fc.assert(
    fc.property(someParts(), (parts) => {
      expect(kvKeyParts(kvKey(...parts))).toEqual(parts);
    }),
  );
});

it('builds only keys that a key-value bucket accepts', () => {
  fc.assert(
    fc.property(someParts(), (parts) => {
      const key = kvKey(...parts);
      expect(key).toMatch(/^[-/_=.a-zA-Z0-9]+$/);
      expect(key.split('.').every((token) => token !== '')).toBe(true);
    }),
  );
});

it('takes apart only keys that it would have built', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-f0-9=.]{1,12}$/)), (key) => {
      const parts = kvKeyParts(key);
      expect(parts === undefined || kvKey(...parts) === key).toBe(true);
    }),
  );
});

it.each`
  parts                     | key                    | because
  ${['acme', 'chat-prod']}  | ${'acme.chat-prod'}    | ${'ordinary ids stay readable'}
  ${['acme.eu', 'default']} | ${'acme=2eeu.default'} | ${'a dot must not part an id'}
  ${['a=b', '']}            | ${'a=3db.='}           | ${'the escape itself is escaped, an empty part is kept'}
  ${['größe', '日']}        | ${'gr=f6=dfe.==65e5'}  | ${'other scripts are kept'}
`('$because: $key', ({ parts, key }: { parts: string[]; key: string }) => {
  expect(kvKey(...parts)).toBe(key);
});

it.each(['', '.', 'a..b', 'a.', '=2E', '=41', '==0041', 'a*', '=zz'])(
  'does not take %j for one of its keys',
  (key) => {
    expect(kvKeyParts(key)).toBeUndefined();
  },
);
