import fc from 'fast-check';
import { CountWindow } from './count-window.js';

it('counts what happened in the running second and the nine before it, and nothing else', () => {
  const event = fc.record({ afterMs: fc.nat(3_000), isSpecial: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const window = new CountWindow();
      const seen: { second: number; isSpecial: boolean }[] = [];
      let nowMs = 0;
      for (const { afterMs, isSpecial } of events) {
        nowMs += afterMs;
        window.advance(nowMs);
        window.add(isSpecial);
        const second = Math.floor(nowMs / 1_000);
        seen.push({ second, isSpecial });
        const fresh = seen.filter((each) => each.second > second - 10);

        expect(window.all).toBe(fresh.length);
        expect(window.some).toBe(fresh.filter((each) => each.isSpecial).length);
      }
    }),
  );
});

it('forgets everything in a long pause', () => {
  const window = new CountWindow(2);
  window.add(true);
  window.advance(86_400_000);

  expect([window.all, window.some]).toEqual([0, 0]);
});
