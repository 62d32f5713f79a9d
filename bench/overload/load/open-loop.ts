import { Ledger } from './ledger.js';
import {
  type CapacityOrder,
  type ClassName,
  ENDINGS,
  type OpenLoopOrder,
  type OpenLoopReport,
} from './load-messages.js';

/** What a sender is asked to send. */
export interface Outgoing {
  /** Which of the plant's two handlers. */
  readonly method: 'work' | 'bare';
  readonly factor: number;
  /** `undefined`: tells neither class nor tenant. */
  readonly criticality?: ClassName | undefined;
  readonly tenant?: number | undefined;
}

/** An answer, as a sender has read it. */
export type Heard =
  | { readonly ending: typeof ENDINGS.ok | typeof ENDINGS.heldBack }
  | {
      readonly ending: typeof ENDINGS.refused;
      /** `undefined`: not told; negative: do not come back. */
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly ending: typeof ENDINGS.failed; readonly told: string };

/** Sends one request over a protocol and calls back once, or never. */
export type SendOne = (outgoing: Outgoing, heard: (answer: Heard) => void) => void;

/** Answers that need no details, made once. */
export const OK: Heard = { ending: ENDINGS.ok };

const BARE: Outgoing = { method: 'bare', factor: 1 };

/** How soon a caller comes back that was told nothing, or that does not listen: doubles with each attempt, with jitter. */
const BACKOFF_MS = 100;

/**
 * Sends requests when they are due, not when others are answered, so that a slow server cannot slow down who asks it. A
 * refused request comes back when it is told to, as often as the callers of the workload do that.
 */
export class OpenLoop {
  readonly #ledger: Ledger;
  readonly #timers = new Set<NodeJS.Timeout>();
  #startMs = 0;
  #next = 0;
  #isOver = false;
  #firstFailure: string | undefined;

  constructor(
    private readonly send: SendOne,
    private readonly order: OpenLoopOrder,
  ) {
    this.#ledger = new Ledger(order.arrivals.atMs.length * (1 + order.callers.retries));
  }

  async run(): Promise<Omit<OpenLoopReport, 'load' | 'id'>> {
    const before = process.cpuUsage();
    this.#startMs = performance.now() + this.order.startAtMs - Date.now();
    this.#later(0, () => this.#pump());
    await new Promise<void>((resolve) => {
      setTimeout(resolve, this.#startMs + this.order.endMs - performance.now());
    });
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const { user, system } = process.cpuUsage(before);
    return {
      attempts: this.#ledger.attempts(),
      lagP99Ms: this.#ledger.lagP99Ms(),
      clientCpuMicros: user + system,
      ...(this.#firstFailure === undefined ? {} : { firstFailure: this.#firstFailure }),
    };
  }

  #nowMs(): number {
    return performance.now() - this.#startMs;
  }

  #later(atMs: number, then: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        then();
      },
      Math.max(0, atMs - this.#nowMs()),
    );
    this.#timers.add(timer);
  }

  #pump(): void {
    const { atMs } = this.order.arrivals;
    let due = atMs[this.#next];
    while (due !== undefined && due <= this.#nowMs()) {
      this.#sendOne(this.#next, 0, due);
      this.#next += 1;
      due = atMs[this.#next];
    }
    if (due !== undefined) this.#later(due, () => this.#pump());
  }

  #sendOne(request: number, attempt: number, intendedMs: number): void {
    if (this.#isOver || this.#ledger.isFull) return;
    const number = this.#ledger.sent({ request, attempt, intendedMs, nowMs: this.#nowMs() });
    this.send(this.#outgoing(request), (answer) => {
      if (this.#isOver) return;
      this.#ledger.ended(number, answer.ending, this.#nowMs());
      if (answer.ending === ENDINGS.refused) this.#comeBack(request, attempt, answer.retryAfterMs);
      if (answer.ending === ENDINGS.failed) this.#firstFailure ??= answer.told;
    });
  }

  #outgoing(request: number): Outgoing {
    const { classOf, tenantOf, work } = this.order.arrivals;
    const factor = work[request] ?? 1;
    const criticality = this.order.classes[classOf[request] ?? 0];
    if (criticality === undefined) return { method: 'work', factor };
    return { method: 'work', factor, criticality, tenant: tenantOf[request] ?? 0 };
  }

  #comeBack(request: number, attempt: number, retryAfterMs: number | undefined): void {
    const { retries, impatient } = this.order.callers;
    if (attempt >= retries) return;
    // Every request has its own caller; the first of each hundred are the impatient ones.
    const isImpatient = (request * 61) % 100 < impatient * 100;
    const listens = retryAfterMs !== undefined && !isImpatient;
    if (listens && retryAfterMs < 0) return;
    const backoffMs = BACKOFF_MS * 2 ** attempt * (0.5 + Math.random());
    const atMs = this.#nowMs() + (listens ? retryAfterMs : backoffMs);
    if (atMs < this.order.endMs) this.#later(atMs, () => this.#sendOne(request, attempt + 1, atMs));
  }
}

/** Keeps a number of requests going at the bare handler and counts what comes back once all slots are busy. */
export function measureCapacity(send: SendOne, order: CapacityOrder): Promise<number> {
  const { inFlight, warmMs, windowMs } = order;
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    let counted = 0;
    let open = inFlight;
    const next = (): void =>
      send(BARE, (answer) => {
        if (answer.ending !== ENDINGS.ok && !order.mayFail) {
          reject(new Error(`the bare handler failed: ${JSON.stringify(answer)}`));
          return;
        }
        const atMs = performance.now() - startMs;
        const counts = answer.ending === ENDINGS.ok && atMs >= warmMs;
        if (counts && atMs < warmMs + windowMs) counted += 1;
        if (atMs < warmMs + windowMs) next();
        else if ((open -= 1) === 0) resolve((counted * 1_000) / windowMs);
      });
    for (let n = 0; n < inFlight; n += 1) next();
  });
}
