import fc from 'fast-check';
import { Setting } from './rate-credit.fixture.js';

describe('what tells nothing of load', () => {
  const shares = fc.double({ min: 0.01, max: 0.95, noNaN: true });

  it('starts no limit, whatever its share', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const setting = new Setting();
        setting.ignoredShare = share;
        setting.pass(10, 200);

        expect(setting.changes).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('hides no overload of the others', () => {
    const setting = new Setting();
    setting.ignoredShare = 0.6;
    setting.pass(2, 200);
    setting.capacity = 100;
    // Of the 140 that tell something 40 are refused, and of all only every ninth.
    setting.pass(3, 350);

    expect(setting.changes).toEqual(['started']);
  });

  it('shrinks no limit, whatever its share', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const setting = new Setting();
        setting.overload(100);
        setting.ignoredShare = share;
        setting.pass(5, 1_000);
        const { sent, refused } = setting.pass(10, 1_000);

        // The router takes what it can, and what tells nothing comes on top.
        expect(setting.credit.limitPerSecond ?? Infinity).toBeGreaterThan(90);
        expect(sent * (1 - share) - refused).toBeGreaterThan(
          Math.min(1_000 * (1 - share), 100) * 0.8,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('refusals that do not become fewer when less is sent', () => {
  it('are somebody else’s when the router keeps saying that it refuses nothing: no limit stays', () => {
    const setting = new Setting();
    setting.refusedShare = 0.25;
    setting.passDenied(20, 400);

    expect(setting.changes).toEqual(['started', 'ended']);
    expect(setting.pass(5, 400).sent).toBe(400);
  });

  it('start a limit within a second all the same: what the router said may be old', () => {
    const setting = new Setting();
    setting.refusedShare = 0.25;
    setting.passDenied(1, 400);

    expect(setting.changes).toEqual(['started']);
  });

  it('are the router’s again as soon as it says so', () => {
    const setting = new Setting();
    setting.refusedShare = 0.25;
    setting.passDenied(20, 400);
    setting.credit.hearCredit(300, setting.nowMs);
    setting.pass(1, 400);

    expect(setting.changes).toEqual(['started', 'ended', 'started']);
  });

  it('are not doubted right after an overload that the router has told of', () => {
    const setting = new Setting();
    setting.overload(100);
    setting.credit.hearCredit(100, setting.nowMs);
    setting.passDenied(4, 1_000);

    expect(setting.credit.limitPerSecond).toBeLessThan(200);
  });
});

it('takes a request back that was not sent', () => {
  const setting = new Setting();
  setting.overload(100);
  const { credit, nowMs } = setting;
  while (credit.trySend('critical', nowMs));
  credit.giveBack(0, nowMs);

  expect(credit.trySend('critical', nowMs)).toBe(true);
  expect(credit.trySend('critical', nowMs)).toBe(false);
});

it('counts on rightly when whoever is told of a change asks at once', () => {
  const [told, untold] = [true, false].map((asks) => {
    const setting = new Setting();
    setting.overload(100);
    // Slices are due when the limit ends.
    if (asks) setting.onChange = () => setting.credit.advance(setting.nowMs);
    setting.nowMs += 10_000;
    setting.credit.advance(setting.nowMs);
    setting.capacity = Infinity;
    setting.pass(2, 200);
    return [setting.changes, setting.credit.takenPerSecond];
  });

  expect(told).toEqual(untold);
});
