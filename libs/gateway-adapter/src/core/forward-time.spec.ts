import { ForwardTime } from './forward-time.js';

it('counts from the first reading', () => {
  const time = new ForwardTime();

  expect([time.at(5_000), time.at(5_250)]).toEqual([0, 250]);
});

it('takes a step back for no time at all, and goes on from there', () => {
  const time = new ForwardTime();
  time.at(10_000);
  time.at(10_500);

  expect([time.at(2_000), time.at(2_100)]).toEqual([500, 600]);
});

it.each([Number.NaN, Infinity, -Infinity])('leaves out a reading of %d', (reading) => {
  const time = new ForwardTime();
  time.at(100);
  time.at(200);

  expect([time.at(reading), time.at(300)]).toEqual([100, 200]);
});

it('begins at 0 when the first reading is none', () => {
  const time = new ForwardTime();

  expect([time.at(Number.NaN), time.at(700), time.at(701)]).toEqual([0, 0, 1]);
});
