import { LatencyWindow } from './latency-window.js';
import type { LoadSignals, SignalName, SignalSource } from './load-signals.js';
import type { SparseCounts } from './replica-report.js';
import { SlicedHistogram } from './sliced-histogram.js';

/** How long a {@link SubjectMonitor} believes what it was told. Times in milliseconds. */
export interface MonitorOptions {
  /** Newest latencies that the p95 is taken from, 1 or more. Default 1 000. */
  readonly windowSize?: number;
  /** Age at which a latency no longer counts, 1 or more. Default 10 000. */
  readonly maxAgeMs?: number;
  /** Age at which a p95 of Prometheus or of the cache no longer counts. Default 10 000. */
  readonly cacheMaxAgeMs?: number;
  /** Age at which the consumer's numbers no longer count. Default 3 000. */
  readonly consumerMaxAgeMs?: number;
  /** Whether a consumer's waiting messages belong to the subject. Default false: what waits is known here alone. */
  readonly hasConsumer?: boolean;
}

/** What is known of a consumer's work, or why nothing is. */
export type ConsumerNumbers =
  | {
      readonly pending: number;
      readonly ackPending: number;
      readonly ageMs: number;
      readonly source: 'measured' | 'cache';
    }
  | { readonly unknown: string };

/** The signals with where each comes from. */
export interface SignalReading {
  readonly signals: LoadSignals;
  readonly sources: Readonly<Record<SignalName, SignalSource>>;
  /** Delivered by the consumer and not yet acknowledged; `undefined`: not known. */
  readonly ackPending: number | undefined;
}

interface Dated {
  readonly value: number;
  readonly atMs: number;
}

/**
 * The account of one subject's load on this replica: what was told here goes in, the contract's three signals come out,
 * none of them older than it may be. Times are those of one monotonic clock.
 */
export class SubjectMonitor {
  readonly #options: Required<MonitorOptions>;
  readonly #window: LatencyWindow;
  readonly #recent = new SlicedHistogram();
  #consumer:
    { pending: number; ackPending: number; source: SignalSource; atMs: number } | undefined;
  #waiting = 0;
  #inflight = 0;
  #prometheusP95: Dated | undefined;
  #lastP95: Dated | undefined;
  #override: Partial<LoadSignals> = {};

  /** @throws RangeError when `windowSize` or `maxAgeMs` is not 1 or more. */
  constructor(options: MonitorOptions = {}) {
    this.#options = {
      windowSize: 1_000,
      maxAgeMs: 10_000,
      cacheMaxAgeMs: 10_000,
      consumerMaxAgeMs: 3_000,
      hasConsumer: false,
      ...options,
    };
    this.#window = new LatencyWindow(this.#options.windowSize, this.#options.maxAgeMs);
  }

  /** Takes the latency of one finished request, in milliseconds. What is no duration is left out. */
  recordLatency(latencyMs: number, nowMs: number): void {
    this.#window.record(latencyMs, nowMs);
    this.#recent.record(latencyMs, nowMs);
  }

  /** Takes what is known of the consumer now. A consumer that is gone is not an empty one: its signal is `unknown`. */
  setConsumer(numbers: ConsumerNumbers, nowMs: number): void {
    if ('unknown' in numbers) {
      this.#consumer = undefined;
      return;
    }
    const { source, ageMs } = numbers;
    const pending = countOf(numbers.pending);
    const ackPending = countOf(numbers.ackPending);
    this.#consumer = { pending, ackPending, source, atMs: nowMs - ageMs };
  }

  /** Requests that wait before the doors of this replica. */
  setWaiting(requests: number): void {
    this.#waiting = countOf(requests);
  }

  /** Requests in hand on this replica. */
  setInflight(requests: number): void {
    this.#inflight = countOf(requests);
  }

  /** Takes the p95 that Prometheus tells, in milliseconds. */
  setPrometheusP95(latencyMs: number, nowMs: number): void {
    if (!(latencyMs >= 0 && latencyMs < Infinity)) return;
    this.#prometheusP95 = { value: latencyMs, atMs: nowMs };
  }

  /** Puts values in the place of the signals, for tests and drills; `undefined` ends it. */
  override(signals: Partial<LoadSignals> | undefined): void {
    this.#override = signals ?? {};
  }

  /** Latencies of the last ten seconds, for the other replicas to merge. */
  latencies(nowMs: number): SparseCounts {
    return this.#recent.counts(nowMs);
  }

  /**
   * The signals now. `shared` are those of all replicas together and take the place of this replica's own; where they
   * know no latency, Prometheus and the cache are asked as for this replica's own.
   */
  read(nowMs: number, shared?: SignalReading): SignalReading {
    const reading = shared === undefined ? this.#readHere(nowMs) : this.#ofSubject(shared);
    const knowsLatency = reading.sources.latencyP95Ms !== 'unknown';
    const latency = this.#latency(nowMs, knowsLatency ? reading.signals.latencyP95Ms : undefined);
    const signals = { ...reading.signals, latencyP95Ms: latency.value };
    const sources = { ...reading.sources, latencyP95Ms: latency.source };
    return this.#overridden({ signals, sources, ackPending: reading.ackPending });
  }

  /** Others cannot tell a consumer that nobody knows from one that there is not. */
  #ofSubject(shared: SignalReading): SignalReading {
    if (this.#options.hasConsumer) return shared;
    return { ...shared, sources: { ...shared.sources, pendingMessages: 'measured' } };
  }

  #readHere(nowMs: number): SignalReading {
    const p95 = this.#window.p95(nowMs);
    const consumer = this.#freshConsumer(nowMs);
    const source = this.#options.hasConsumer ? (consumer?.source ?? 'unknown') : 'measured';
    return {
      signals: {
        pendingMessages: (consumer?.pending ?? 0) + this.#waiting,
        latencyP95Ms: p95 ?? 0,
        inflightMessages: this.#inflight,
      },
      sources: {
        pendingMessages: source,
        latencyP95Ms: p95 === undefined ? 'unknown' : 'measured',
        inflightMessages: 'measured',
      },
      ackPending: consumer?.ackPending,
    };
  }

  #freshConsumer(nowMs: number) {
    const consumer = this.#consumer;
    if (consumer === undefined) return undefined;
    return isFresh(consumer.atMs, nowMs, this.#options.consumerMaxAgeMs) ? consumer : undefined;
  }

  /** Samples, then Prometheus, then what was known last, then 0. */
  #latency(nowMs: number, measured: number | undefined): { value: number; source: SignalSource } {
    const { cacheMaxAgeMs } = this.#options;
    if (measured !== undefined) {
      this.#lastP95 = { value: measured, atMs: nowMs };
      return { value: measured, source: 'measured' };
    }
    const prometheus = this.#prometheusP95;
    if (prometheus !== undefined && isFresh(prometheus.atMs, nowMs, cacheMaxAgeMs)) {
      return { value: Math.trunc(prometheus.value), source: 'prometheus' };
    }
    const last = this.#lastP95;
    if (last !== undefined && isFresh(last.atMs, nowMs, cacheMaxAgeMs)) {
      return { value: last.value, source: 'cache' };
    }
    return { value: 0, source: 'unknown' };
  }

  #overridden(reading: SignalReading): SignalReading {
    const set = Object.entries(this.#override).filter(([, value]) => value !== undefined);
    if (set.length === 0) return reading;
    const values = Object.fromEntries(set.map(([name, value]) => [name, countOf(value)]));
    const sources = Object.fromEntries(set.map(([name]) => [name, 'measured' as const]));
    return {
      signals: { ...reading.signals, ...values },
      sources: { ...reading.sources, ...sources },
      ackPending: reading.ackPending,
    };
  }
}

/** Since a clock may have been set back, what comes from the future is not fresh either. */
function isFresh(atMs: number, nowMs: number, maxAgeMs: number): boolean {
  const ageMs = nowMs - atMs;
  return ageMs >= 0 && ageMs <= maxAgeMs;
}

/** A whole number of things; nonsense is none. */
function countOf(value: number): number {
  return value > 0 && value < Infinity ? Math.trunc(value) : 0;
}
