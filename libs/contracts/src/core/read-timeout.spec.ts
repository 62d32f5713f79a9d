import { readTimeoutMs } from './read-timeout.js';

describe('the time a caller still waits', () => {
  it.each([
    ['250', 250],
    ['0', 0],
    [' 12.5 ', 12.5],
    ['86400000', 86_400_000],
  ])('%s is taken', (said, expected) => {
    expect(readTimeoutMs(said)).toBe(expected);
  });

  it.each([undefined, '', '  ', '-1', 'soon', 'NaN', 'Infinity', '86400001'])(
    '%s says nothing',
    (said) => {
      expect(readTimeoutMs(said)).toBeUndefined();
    },
  );
});
