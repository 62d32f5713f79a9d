import type { Gate, RouterNews } from './gate.js';
import type { GatewaySetting, TimeSpan } from './scenario.js';
import type { VirtualTime } from './virtual-time.js';

/** Least time between two pushes, in milliseconds. */
const LEAST_GAP_MS = 50;
const HEARTBEAT_MS = 1000;
/** A gateway that has not been pushed anything for so long asks. */
const PUSHES_LOST_AFTER_MS = 3000;
const POLL_EVERY_MS = 5000;
const POLL_PATIENCE_MS = 1000;

/** What the leading router knows of the load of all. */
type Load = Omit<RouterNews, 'seq'>;

interface Listener {
  readonly gate: Gate;
  heardMs: number;
}

/**
 * Tells gateways of the routers' load, as the leading router does: at once when it changes, by heartbeat otherwise, and when asked.
 * What is said takes its time, and now and then it gets lost.
 */
export class Newscast {
  readonly #time: VirtualTime;
  readonly #setting: GatewaySetting;
  readonly #load: () => Load;
  readonly #listeners: readonly Listener[];
  #seq = 0;
  #last: RouterNews | undefined;
  #lastMs = -Infinity;
  #isComing = false;

  constructor(
    time: VirtualTime,
    setting: GatewaySetting,
    gates: readonly Gate[],
    load: () => Load,
  ) {
    this.#time = time;
    this.#setting = setting;
    this.#load = load;
    this.#listeners = gates.map((gate) => ({ gate, heardMs: -Infinity }));
  }

  start(): void {
    const count = this.#listeners.length;
    for (const [index, listener] of this.#listeners.entries()) {
      this.#time.after(((index + 0.5) * POLL_EVERY_MS) / count, () => this.#poll(listener));
    }
  }

  /** Looks whether there is something to tell. */
  tick(): void {
    const isDue = this.#time.nowMs() - this.#lastMs >= HEARTBEAT_MS;
    if (isDue || this.#isTransition(this.#load())) this.#announce();
  }

  /** A router has refused something: the first time that is told at once. */
  noteRefusal(): void {
    if (this.#last?.credit === null) this.#announce();
  }

  #isTransition({ reported, effective, credit }: Load): boolean {
    const last = this.#last;
    if (!last) return true;
    if (last.reported !== reported || last.effective !== effective) return true;
    return (last.credit === null) !== (credit === null);
  }

  #announce(): void {
    if (this.#isComing) return;
    const waitMs = this.#lastMs + LEAST_GAP_MS - this.#time.nowMs();
    if (waitMs <= 0) return this.#publish();
    this.#isComing = true;
    this.#time.after(waitMs, () => {
      this.#isComing = false;
      this.#publish();
    });
  }

  #publish(): void {
    this.#lastMs = this.#time.nowMs();
    this.#seq++;
    const news = this.#news();
    this.#last = news;
    if (this.#isWithin(this.#setting.lostPushes)) return;
    for (const listener of this.#listeners) {
      this.#time.after(this.#setting.pushDelayMs, () => {
        listener.heardMs = this.#time.nowMs();
        listener.gate.hear?.(news);
      });
    }
  }

  #news(): RouterNews {
    return { ...this.#load(), seq: this.#seq };
  }

  #poll(listener: Listener): void {
    this.#time.after(POLL_EVERY_MS, () => this.#poll(listener));
    const { gate, heardMs } = listener;
    const isPushed = this.#time.nowMs() - heardMs <= PUSHES_LOST_AFTER_MS;
    if (!gate.polled || (gate.hear && isPushed)) return;
    if (this.#isWithin(this.#setting.lostAnswers)) {
      this.#time.after(POLL_PATIENCE_MS, () => gate.polled?.(undefined));
      return;
    }
    const news = this.#news();
    this.#time.after(this.#setting.pushDelayMs, () => gate.polled?.(news));
  }

  #isWithin(span: TimeSpan | undefined): boolean {
    const nowMs = this.#time.nowMs();
    return span !== undefined && nowMs >= span.fromMs && nowMs < span.toMs;
  }
}
