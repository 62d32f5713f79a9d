import { SLICE_MS, TakenRates } from './taken-rates.js';

interface Slice {
  readonly sent?: number;
  readonly refused?: number;
  readonly accepted?: number;
}

const times = (count: number, run: () => void): void => {
  for (let n = 0; n < count; n += 1) run();
};

/** Lives through slices of 250 ms. */
function after(...slices: readonly Slice[]): TakenRates {
  const rates = new TakenRates();
  for (const { sent = 0, refused = 0, accepted = 0 } of slices) {
    times(sent, () => rates.send());
    times(refused, () => rates.refuse(0, rates.startMs));
    times(accepted, () => rates.accept());
    rates.turn();
  }
  return rates;
}

it('knows no rate before a slice is over', () => {
  const rates = new TakenRates();
  rates.send();

  expect(rates.best(100)).toBeUndefined();
  expect(rates.meanAccepted()).toBe(0);
});

it('takes the best of the last four slices, less half a standard deviation of luck', () => {
  const rates = after({ accepted: 400 }, { accepted: 36 }, { accepted: 100 }, {}, { accepted: 64 });

  expect(rates.best(1_000)).toBe((100 - 5) * 4);
});

it('takes no less than the mean of them', () => {
  expect(after({ accepted: 100 }, { accepted: 100 }).best(1_000)).toBe(400);
});

it('takes what was sent and not refused where nothing is answered yet', () => {
  const rates = after({ sent: 120, refused: 20 }, {});

  expect(rates.best(1_000)).toBe((100 - 5) * 4);
});

it('rather believes answers than what was sent', () => {
  expect(after({ sent: 400, accepted: 100 }, {}).best(1_000)).toBe((100 - 5) * 4);
});

it('never takes more refusals than requests for less than nothing', () => {
  expect(after({ sent: 2, refused: 10 }).best(1_000)).toBe(0);
});

it.each([
  [80, 16 - 2],
  [79, (20 - 0.5 * Math.sqrt(20)) / 2],
  [40, (20 - 0.5 * Math.sqrt(20)) / 2],
  [39, (20 - 0.5 * Math.sqrt(20)) / 3],
])('measures %d requests per second in windows that are long enough for it', (rate, perSlice) => {
  const rates = after(...Array.from({ length: 13 }, () => ({})), { accepted: 16 }, { accepted: 4 });

  expect(rates.best(rate)).toBeCloseTo(perSlice * 4, 8);
});

it('counts a refusal where its request was sent', () => {
  const rates = after({}, { sent: 100 }, { sent: 36 });
  const nowMs = rates.startMs + 100;
  times(64, () => rates.refuse(100 + SLICE_MS + 1, nowMs));

  expect(rates.best(1_000)).toBe((36 - 3) * 4);
});

it('counts a refusal of what was sent too long ago now', () => {
  const rates = after({ sent: 10 });
  rates.refuse(3_600_000, rates.startMs);

  expect(rates.recent(0)).toEqual({ sent: 0, refused: 1 });
});

it('tells what was sent and refused of late', () => {
  const rates = after({ sent: 100, refused: 1 }, { sent: 10, refused: 2 }, { sent: 1, refused: 4 });
  rates.send();

  expect(rates.recent(1)).toEqual({ sent: 2, refused: 4 });
  expect(rates.recent(Infinity)).toEqual({ sent: 112, refused: 7 });
});

it('remembers four seconds', () => {
  const rates = after({ sent: 1 }, ...Array.from({ length: 15 }, () => ({})));

  expect(rates.recent(Infinity).sent).toBe(0);
});

it('tells the mean of what was accepted', () => {
  expect(after({ accepted: 10 }, {}, { accepted: 20 }).meanAccepted()).toBe(40);
});

it('tells the rate of the running slice when it is old enough', () => {
  const rates = after({});
  times(10, () => rates.send());

  expect(rates.current(rates.startMs + 99)).toBeUndefined();
  expect(rates.current(rates.startMs + 100)).toBe(100);
});

it.each([
  ['nothing was sent', [{ accepted: 0 }], false],
  ['something was sent and nothing answered', [{ sent: 1 }], true],
  ['something was answered', [{ sent: 1 }, { accepted: 1 }], false],
  ['it was too long ago', [{ sent: 1 }, {}, {}], false],
])('when %s, says that it is unanswered: %p', (_when, slices, expected) => {
  expect(after(...slices).isUnanswered(2)).toBe(expected);
});

it('forgets everything when it starts anew', () => {
  const rates = after({ sent: 10, accepted: 10 });
  rates.restart(5_000);

  expect([rates.startMs, rates.best(100), rates.recent(Infinity).sent]).toEqual([
    5_000,
    undefined,
    0,
  ]);
});
