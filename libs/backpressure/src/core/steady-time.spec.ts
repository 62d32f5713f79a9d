import { SteadyTime } from './steady-time.js';

function timeOf(readings: readonly number[]): number[] {
  const left = [...readings];
  const time = new SteadyTime({ nowMs: () => left.shift() ?? Number.NaN });
  return readings.slice(1).map(() => time.nowMs());
}

it('follows a clock that goes forward', () => {
  expect(timeOf([100, 100, 150, 175.5])).toEqual([100, 150, 175.5]);
});

it('stands still when the clock is set back, and goes on from there', () => {
  expect(timeOf([100, 200, 50, 60, 90])).toEqual([200, 200, 210, 240]);
});

it('leaves out readings that are no numbers', () => {
  expect(timeOf([100, Number.NaN, 150, Infinity, -Infinity, 160])).toEqual([
    100, 150, 150, 150, 160,
  ]);
});

it('begins at 0 with a clock that does not tell the time', () => {
  expect(timeOf([Number.NaN, 5])).toEqual([5]);
  expect(timeOf([Infinity, Number.NaN])).toEqual([0]);
});
