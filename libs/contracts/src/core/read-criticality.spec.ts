import { readCriticality } from './read-criticality.js';

it.each`
  value               | criticality    | plus
  ${'critical_plus'}  | ${'critical'}  | ${true}
  ${'CRITICAL'}       | ${'critical'}  | ${false}
  ${'critical'}       | ${'critical'}  | ${false}
  ${'default'}        | ${'default'}   | ${false}
  ${'SHEDDABLE_PLUS'} | ${'sheddable'} | ${false}
  ${'Sheddable'}      | ${'sheddable'} | ${false}
`('reads $value as $criticality of a trusted caller', ({ value, criticality, plus }) => {
  expect(readCriticality(value, true)).toEqual({ criticality, plus, capped: false });
});

it.each(['critical', 'Critical_Plus'])(
  'gives default for %s of anybody else, and says so',
  (value) => {
    expect(readCriticality(value, false)).toEqual({
      criticality: 'default',
      plus: false,
      capped: true,
    });
  },
);

it('lets everybody call a request less important', () => {
  expect(readCriticality('sheddable', false)).toEqual({
    criticality: 'sheddable',
    plus: false,
    capped: false,
  });
});

it.each([undefined, null, 7, '', 'urgent', ' critical', 'x'.repeat(100_000), ['critical'], {}])(
  'gives default for what is no criticality: %p',
  (value) => {
    for (const mayRaise of [true, false]) {
      expect(readCriticality(value, mayRaise)).toEqual({
        criticality: 'default',
        plus: false,
        capped: false,
      });
    }
  },
);
