import type { StatusChange } from './cluster-status.js';
import type { LoadSignals, OverloadCause } from './load-signals.js';
import type { HistoryEntry, HistoryEntryType } from './overload.events.js';
import type { OverloadStatus } from './overload-status.js';

/** Admission of a subject began to refuse, or ceased to. */
export interface SheddingChange {
  readonly from: OverloadStatus;
  readonly to: OverloadStatus;
  readonly signals: LoadSignals;
  readonly causes: readonly OverloadCause[];
}

/** Turns what happened into entries of the history, each with an id of its own. */
export class HistoryWriter {
  #next = 0;

  /** @param epoch Unix time at which this replica started: its entries differ from those of its former self. */
  constructor(
    private readonly replica: string,
    private readonly epoch: number,
  ) {}

  /**
   * The entries of a change of status, in their order: a recovery first, then what it became, unless that is inactive,
   * which a recovery says already.
   * @param retryAfterSeconds What callers are told while the status is `active`.
   */
  ofStatus(
    subject: string,
    change: StatusChange,
    when: { readonly atMs: number; readonly retryAfterSeconds: number },
  ): readonly HistoryEntry[] {
    const { recoveryTimeMs, ...rest } = change;
    const base = { ...rest, subject, atMs: when.atMs };
    const entries: HistoryEntry[] = [];
    if (recoveryTimeMs !== undefined) {
      const recoveryMs = Math.max(0, Math.round(recoveryTimeMs));
      entries.push({ ...this.#entry('recovery', base, 0), recoveryTimeMs: recoveryMs });
    }
    if (change.to === 'active') {
      entries.push(this.#entry('backpressure_active', base, when.retryAfterSeconds));
    } else if (change.to === 'warning') {
      entries.push(this.#entry('backpressure_warning', base, 0));
    }
    return entries;
  }

  /** The entry of a change of what admission does; `undefined` when it went on shedding, only more or less. */
  ofShedding(subject: string, change: SheddingChange, atMs: number): HistoryEntry | undefined {
    const began = change.from === 'inactive';
    if (!began && change.to !== 'inactive') return undefined;
    const type = began ? 'shedding_started' : 'shedding_stopped';
    return this.#entry(type, { ...change, subject, atMs }, 0);
  }

  #entry(
    type: HistoryEntryType,
    base: Omit<HistoryEntry, 'id' | 'type' | 'retryAfterSeconds' | 'replica'>,
    retryAfterSeconds: number,
  ): HistoryEntry {
    this.#next += 1;
    const id = `${this.replica}-${this.epoch}-${this.#next}`;
    return { id, type, ...base, retryAfterSeconds, replica: this.replica };
  }
}
