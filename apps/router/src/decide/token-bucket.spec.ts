import { FakeClock } from '@beamline/testing';
import { TokenBucket } from './token-bucket.js';

function takeAll(bucket: TokenBucket): number {
  let taken = 0;
  while (taken < 10_000 && bucket.tryTake()) taken += 1;
  return taken;
}

describe('TokenBucket', () => {
  it('lets one second of its rate through at once, and no more', () => {
    expect(takeAll(new TokenBucket(10, new FakeClock()))).toBe(10);
  });

  it('earns back what time has brought', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, clock);
    takeAll(bucket);

    clock.advance(500);

    expect(takeAll(bucket)).toBe(5);
  });

  it('saves no more than one second, however long it rests', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, clock);
    takeAll(bucket);

    clock.advance(3_600_000);

    expect(takeAll(bucket)).toBe(10);
  });

  it('goes on at its rate when the clock is put back by an hour', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, clock);
    takeAll(bucket);
    clock.advance(-3_600_000);
    takeAll(bucket);

    clock.advance(1000);

    expect(takeAll(bucket)).toBe(10);
  });

  it('lets nothing through at a rate of 0', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(0, clock);
    clock.advance(10_000);

    expect(bucket.tryTake()).toBe(false);
  });
});
