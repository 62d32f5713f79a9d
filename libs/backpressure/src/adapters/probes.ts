import { setTimeout as sleep } from 'node:timers/promises';
import type { SignalName, SignalSource } from '../core/index.js';
import { ConsumerInfoProbe } from './consumer-info-probe.js';
import type { ConsumerReading } from './consumer-reading.js';
import { DoorDelayProbe } from './door-delay-probe.js';
import { EventLoopMonitor } from './event-loop-monitor.js';
import type { ResolvedOptions, SubjectDeclaration } from './overload-control-options.js';
import { PrometheusLatency } from './prometheus-latency.js';
import type { SubjectControl } from './subject-control.js';

type Sources = Readonly<Record<SignalName, SignalSource>>;

/** Least time between two questions to Prometheus about one subject, in milliseconds. */
const PROMETHEUS_EVERY_MS = 5_000;
/** How long somebody who asks for a status waits for fresher signals, in milliseconds. */
const PATIENCE_MS = 1_000;

/** What measures from outside the requests themselves: consumers, the event loop, the connection, Prometheus. */
export class Probes {
  readonly #consumers = new Map<string, ConsumerInfoProbe>();
  readonly #eventLoop: EventLoopMonitor;
  readonly #door: DoorDelayProbe | undefined;
  readonly #prometheus: PrometheusLatency | undefined;
  readonly #askedAtMs = new Map<string, number>();
  #isRunning = false;

  /** @param onDoorDelay Told how long requests wait before this process sees them, in milliseconds. */
  constructor(
    private readonly options: ResolvedOptions,
    onDoorDelay: (delayMs: number) => void,
  ) {
    const { nats, clock, observe, prometheusUrl: url, prometheusTimeoutMs: timeoutMs } = options;
    this.#door = nats && new DoorDelayProbe(nats, { clock, onDelay: onDoorDelay });
    this.#prometheus =
      url === undefined ? undefined : new PrometheusLatency({ url, timeoutMs, observe });
    this.#eventLoop = new EventLoopMonitor({
      observe,
      onReading: ({ delayMeanMs }) => {
        // The round trip over NATS contains the delay of the loop.
        if (nats?.isConnected !== true) onDoorDelay(delayMeanMs);
      },
    });
  }

  /** Follows the consumer of a subject, if it has one. */
  track({ name, consumer }: SubjectDeclaration): void {
    const { nats, clock, observe, consumerTimeoutMs } = this.options;
    if (consumer === undefined || nats === undefined || this.#consumers.has(name)) return;
    const probe = new ConsumerInfoProbe(
      { ...consumer, subject: name, timeoutMs: consumerTimeoutMs, clock, observe },
      nats,
    );
    this.#consumers.set(name, probe);
    if (this.#isRunning) probe.start();
  }

  /** Remembers nothing of a subject that others served. */
  forget(subject: string): void {
    this.#askedAtMs.delete(subject);
  }

  start(): void {
    this.#isRunning = true;
    this.#eventLoop.start();
    this.#door?.start();
    for (const probe of this.#consumers.values()) probe.start();
  }

  stop(): void {
    this.#isRunning = false;
    this.#eventLoop.stop();
    this.#door?.stop();
    this.#prometheus?.stop();
    for (const probe of this.#consumers.values()) probe.stop();
  }

  /** How long a request waits before this process sees it, in milliseconds. */
  doorDelayMs(): number {
    const { nats } = this.options;
    return this.#door !== undefined && nats?.isConnected === true
      ? this.#door.delayMs()
      : this.#eventLoop.reading().delayMeanMs;
  }

  /** What is known of the subject's consumer; `undefined`: it has none. */
  consumer(subject: string): ConsumerReading | undefined {
    return this.#consumers.get(subject)?.reading();
  }

  /**
   * Asks for what is not known afresh, unless that happened a moment ago, and waits for the answers, but no longer than
   * a second: whoever asks for a status shall get one. Never rejects.
   */
  async refresh(control: SubjectControl, sources: Sources): Promise<void> {
    const patience = new AbortController();
    const limit = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    const answers = [this.#askConsumer(control.name), this.askLatency(control, sources)];
    await Promise.race([Promise.all(answers), limit]);
    patience.abort();
  }

  /** Asks Prometheus where this process has no samples of its own. Never rejects. */
  async askLatency(control: SubjectControl, { latencyP95Ms }: Sources): Promise<void> {
    const { clock } = this.options;
    if (this.#prometheus === undefined || latencyP95Ms === 'measured') return;
    const { name, monitor } = control;
    const nowMs = clock.nowMs();
    if (nowMs - (this.#askedAtMs.get(name) ?? -Infinity) < PROMETHEUS_EVERY_MS) return;
    this.#askedAtMs.set(name, nowMs);
    const p95Ms = await this.#prometheus.p95Ms(name);
    if (p95Ms !== undefined) monitor.setPrometheusP95(p95Ms, clock.nowMs());
  }

  async #askConsumer(subject: string): Promise<void> {
    await this.#consumers.get(subject)?.refresh();
  }
}
