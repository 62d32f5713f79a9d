import { ignoreEvents, type Observer } from '@beamline/kernel';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { OverloadEvent } from '../core/index.js';

/** How busy the event loop was in one interval. */
export interface EventLoopReading {
  /** 99th percentile of how late timers came, in milliseconds. */
  readonly delayP99Ms: number;
  /** Mean of the same, in milliseconds. */
  readonly delayMeanMs: number;
  /** Share of the interval in which it worked, 0 to 1. */
  readonly utilisation: number;
}

/** Settings of {@link EventLoopMonitor}. */
export interface EventLoopMonitorOptions {
  /** Length of an interval, in milliseconds. Default 250. */
  readonly everyMs?: number;
  /** Distance between two looks at the delay, in milliseconds. Default 10. */
  readonly resolutionMs?: number;
  readonly observe?: Observer<OverloadEvent>;
  /** Told of every interval. Must not throw. */
  readonly onReading?: (reading: EventLoopReading) => void;
}

const NANOS_PER_MS = 1e6;
const IDLE: EventLoopReading = { delayP99Ms: 0, delayMeanMs: 0, utilisation: 0 };

/**
 * Measures delay and utilisation of this process's event loop, interval by interval: the numbers that Node gives by
 * default count from its start, and hide what happens now behind hours of quiet.
 */
export class EventLoopMonitor {
  readonly #everyMs: number;
  readonly #resolutionMs: number;
  readonly #observe: Observer<OverloadEvent>;
  #histogram: IntervalHistogram | undefined;
  #timer: NodeJS.Timeout | undefined;
  #since = performance.eventLoopUtilization();
  #lastMs = 0;
  #reading = IDLE;

  constructor(private readonly options: EventLoopMonitorOptions = {}) {
    this.#everyMs = options.everyMs ?? 250;
    this.#resolutionMs = options.resolutionMs ?? 10;
    this.#observe = options.observe ?? ignoreEvents;
  }

  /** The interval that ended last; all zero before the first one. */
  reading(): EventLoopReading {
    return this.#reading;
  }

  /** Begins to measure. A second call does nothing. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#histogram = monitorEventLoopDelay({ resolution: this.#resolutionMs });
    this.#histogram.enable();
    this.#since = performance.eventLoopUtilization();
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#measure(), this.#everyMs).unref();
  }

  /** Measures no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#histogram?.disable();
  }

  #measure(): void {
    const nowMs = performance.now();
    const total = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(total, this.#since);
    // While the loop was blocked nothing was recorded yet: how late this very timer is, tells it.
    const lateMs = Math.max(0, nowMs - this.#lastMs - this.#everyMs);
    this.#since = total;
    this.#lastMs = nowMs;
    this.#reading = {
      delayP99Ms: Math.max(lateMs, this.#delayMs(this.#histogram?.percentile(99))),
      delayMeanMs: this.#delayMs(this.#histogram?.mean),
      utilisation: utilization,
    };
    this.#histogram?.reset();
    this.#observe({ type: 'event-loop', ...this.#reading });
    this.options.onReading?.(this.#reading);
  }

  /** What was recorded is the distance of two looks: the delay is what exceeds the wanted one. */
  #delayMs(nanos: number | undefined): number {
    if (nanos === undefined || !Number.isFinite(nanos)) return 0;
    return Math.max(0, nanos / NANOS_PER_MS - this.#resolutionMs);
  }
}
