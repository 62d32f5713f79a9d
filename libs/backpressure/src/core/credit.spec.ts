import fc from 'fast-check';
import { creditOf, CreditMeter } from './credit.js';

const UNPROVEN = { perMs: 0.5, isProven: false };
const PROVEN = { perMs: 0.08, isProven: true };

/** Admits so many in each of the slices of 200 ms. */
function aMeter(...perSlice: readonly number[]): CreditMeter {
  const meter = new CreditMeter();
  for (const count of perSlice) {
    admit(meter, count);
    meter.closeSlices(1, 200);
  }
  return meter;
}

function admit(meter: CreditMeter, count: number): void {
  for (let n = 0; n < count; n += 1) meter.noteAdmitted();
}

it('refuses nothing until it has refused something, and a second after that again', () => {
  const meter = new CreditMeter();

  expect(meter.credit(PROVEN, 0).isRefusing).toBe(false);
  meter.noteRefused(100);
  expect(meter.credit(PROVEN, 1_099).isRefusing).toBe(true);
  expect(meter.credit(PROVEN, 1_100).isRefusing).toBe(false);
});

it('tells of the first refusal after a second of calm, and of no other', () => {
  const meter = new CreditMeter();

  expect([0, 1, 900, 1_899, 2_899, 2_900].map((nowMs) => meter.noteRefused(nowMs))).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});

it('takes what can be delivered, however much was let in before that was known', () => {
  const meter = aMeter(160, 160);
  meter.noteRefused(400);

  expect(meter.credit(PROVEN, 400).takesPerSecond).toBe(80);
});

it('takes what it has let in, while nobody knows what can be delivered', () => {
  const meter = aMeter(10, 16, 12);
  meter.noteRefused(600);

  expect(meter.credit(UNPROVEN, 600).takesPerSecond).toBe(80);
});

it('takes no more than it lets in where it refuses for other reasons', () => {
  const meter = aMeter(0, 0, 0, 0, 0);
  meter.noteRefused(1_000);

  expect(meter.credit(PROVEN, 1_000).takesPerSecond).toBe(0);
});

it('knows of what it let in just now at the first refusal', () => {
  const meter = new CreditMeter();
  admit(meter, 4);
  meter.noteRefused(10);

  expect(meter.credit(PROVEN, 10).takesPerSecond).toBe(20);
});

it('counts what was let in by the time it took', () => {
  const meter = new CreditMeter();
  admit(meter, 30);
  meter.closeSlices(1, 300);
  meter.noteRefused(300);

  expect(meter.credit(UNPROVEN, 300).takesPerSecond).toBeCloseTo(100);
});

it.each`
  slices | isRemembered
  ${4}   | ${true}
  ${5}   | ${true}
  ${6}   | ${false}
  ${50}  | ${false}
`('$slices slices later a rate is remembered: $isRemembered', ({ slices, isRemembered }) => {
  const meter = new CreditMeter();
  admit(meter, 20);
  meter.closeSlices(slices, slices * 200);

  expect(meter.credit({ perMs: 0, isProven: false }, 0).takesPerSecond > 0).toBe(isRemembered);
});

it('takes at least what it is known to take while it refuses nothing', () => {
  expect(aMeter(10).credit(PROVEN, 0).takesPerSecond).toBe(80);
  expect(aMeter(20).credit(PROVEN, 0).takesPerSecond).toBe(100);
});

describe('all replicas together', () => {
  const credits = fc.array(
    fc.record({ isRefusing: fc.boolean(), takesPerSecond: fc.nat({ max: 10_000 }) }),
    { maxLength: 5 },
  );

  it('have a credit if and only if one of them refuses, and it is what all of them take', () => {
    fc.assert(
      fc.property(credits, (replicas) => {
        const sum = replicas.map(({ takesPerSecond }) => takesPerSecond).reduce((a, b) => a + b, 0);
        const isAnyRefusing = replicas.some(({ isRefusing }) => isRefusing);

        expect(creditOf(replicas)).toBe(isAnyRefusing ? sum : null);
      }),
    );
  });
});
