import { seeded } from './random.js';
import { readTrace, traceSlice } from './trace.js';

const HEAD = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/** A line per second, and after an hour ten per second for a while. */
function aTrace(): string {
  const lines = Array.from({ length: 3_000 }, (_, n) => {
    const atMs = Date.UTC(2023, 10, 16, 18) + (n < 2_000 ? n * 1_000 : 2_000_000 + n * 100);
    const time = new Date(atMs).toISOString().replace('T', ' ').replace('Z', '0000');
    return `${time},374,${100 + (n % 2) * 100}`;
  });
  return [HEAD, ...lines].join('\n');
}

describe('a recorded trace', () => {
  it('is read line by line', () => {
    const rows = readTrace(aTrace());

    expect(rows).toHaveLength(3_000);
    expect((rows[1]?.atMs ?? 0) - (rows[0]?.atMs ?? 0)).toBe(1_000);
    expect(rows[1]?.tokens).toBe(200);
  });

  it('of something else is refused', () => {
    expect(() => readTrace('a,b,c\nx,y,z')).toThrow('a trace of 0 requests is too short');
  });
});

describe('the fitted generator', () => {
  const slice = traceSlice(20_000, seeded(5), undefined);

  it('spreads its arrivals over the run, in order', () => {
    const at = [...slice.at];

    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThanOrEqual(0);
    expect(at.at(-1)).toBeLessThan(1);
  });

  it('makes work of mean 1 that varies as the recorded tokens do', () => {
    const work = [...slice.work];
    const mean = work.reduce((sum, one) => sum + one, 0) / work.length;
    const variance = work.reduce((sum, one) => sum + (one - mean) ** 2, 0) / work.length;

    expect(mean).toBeCloseTo(1, 2);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.7);
    expect(Math.sqrt(variance)).toBeLessThan(0.85);
  });
});
