import type { ConsumerReading } from './consumer-reading.js';
import { ConsumerInfoProbe } from './consumer-info-probe.js';
import { DoorDelayProbe } from './door-delay-probe.js';
import { EventLoopMonitor } from './event-loop-monitor.js';
import type { ResolvedOptions, SubjectDeclaration } from './overload-control-options.js';

/** What measures from outside the requests themselves: consumers, the event loop, the connection's delay. */
export class Probes {
  readonly #consumers = new Map<string, ConsumerInfoProbe>();
  readonly #eventLoop: EventLoopMonitor;
  readonly #door: DoorDelayProbe | undefined;
  #isRunning = false;

  /** @param onDoorDelay Told how long requests wait before this process sees them, in milliseconds. */
  constructor(
    private readonly options: ResolvedOptions,
    onDoorDelay: (delayMs: number) => void,
  ) {
    const { nats, clock, observe } = options;
    this.#door = nats && new DoorDelayProbe(nats, { clock, onDelay: onDoorDelay });
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

  /** Asks for what is known of the subject's consumer afresh, unless that happened a moment ago. Never throws. */
  async refresh(subject: string): Promise<void> {
    await this.#consumers.get(subject)?.refresh();
  }
}
