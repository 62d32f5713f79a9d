import { LoadWindow } from './load-window.js';

it('sums up the last fifty slices', () => {
  const window = new LoadWindow();
  expect(window.sum()).toEqual({ offered: 0, refused: 0 });

  for (let n = 0; n < 60; n += 1) {
    window.add({ offered: n < 10 ? 1_000 : 2, shed: n < 10 ? 500 : 1, shedCritical: 0 });
  }
  expect(window.sum()).toEqual({ offered: 100, refused: 50 });
});
