import { numberOf } from './number-of.js';

it.each`
  value         | number | because
  ${5}          | ${5}   | ${'a number is itself'}
  ${'5'}        | ${5}   | ${'text that is a number counts as it'}
  ${' 1.5 '}    | ${1.5} | ${'space around a number says nothing'}
  ${''}         | ${NaN} | ${'empty text is not zero'}
  ${'  '}       | ${NaN} | ${'blank text is not zero'}
  ${'5 apples'} | ${NaN} | ${'half a number is none'}
  ${true}       | ${NaN} | ${'a flag is no number'}
  ${null}       | ${NaN} | ${'nothing is not zero'}
  ${[5]}        | ${NaN} | ${'a list is no number'}
`('$because', ({ value, number }) => {
  expect(numberOf(value)).toBe(number);
});
