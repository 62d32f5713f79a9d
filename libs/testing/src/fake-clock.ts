import type { Clock } from '@beamline/kernel';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  constructor(private currentMs: number = 1_700_000_000_000) {}

  nowMs(): number {
    return this.currentMs;
  }

  /** Moves the clock forward, in milliseconds. */
  advance(ms: number): void {
    this.currentMs += ms;
  }

  /** Sets the clock to an instant, which may lie in the past: wall clocks jump. */
  set(nowMs: number): void {
    this.currentMs = nowMs;
  }
}
