import {
  addEvent,
  AGGREGATE_WINDOWS,
  aggregateOf,
  type EventAggregate,
  type EventTotals,
  NO_EVENTS,
} from './event-aggregates.js';
import type { HistoryCheckpoint, StreamPosition } from './history-checkpoint.js';
import type { HistoryEntry } from './overload.events.js';
import type { OverloadStatus } from './overload-status.js';
import { nextRecovery, NOT_RECOVERED, type RecoveryRecord } from './recovery.js';

/** Bounds of an {@link OverloadHistory}. */
export interface HistoryOptions {
  /** Entries kept in all; beyond it, the subject with the most entries forgets its oldest. Default 10 000. */
  readonly maxEntries?: number;
  /** Subjects with a history; entries of further ones are refused. Default 256. */
  readonly maxSubjects?: number;
}

/** `added`: it is new; `known`: it is here already; `refused`: there is no room for another subject. */
export type AppliedEntry = 'added' | 'known' | 'refused';

/** Which entries are wanted. */
export interface HistoryQuery {
  /** Most entries. Default 100. */
  readonly limit?: number;
  /** Only those at or after this time, in Unix milliseconds. */
  readonly sinceMs?: number;
}

/** Aggregates of a subject per window, and since its history began. */
export type SubjectAggregates = Readonly<
  Record<keyof typeof AGGREGATE_WINDOWS | 'total', EventAggregate>
>;

interface Kept {
  readonly entry: HistoryEntry;
  /** Whether the stream has it: until then it must not be part of a checkpoint. */
  isStored: boolean;
  /** Whether the totals of a checkpoint contained it already. */
  readonly isRepeated: boolean;
}

interface SubjectHistory {
  /** Ascending by arrival. */
  readonly kept: Kept[];
  totals: EventTotals;
  recovery: RecoveryRecord;
  status: OverloadStatus;
  statusSinceMs: number | undefined;
  /** The newest entry of the stream that the totals contain. */
  position: StreamPosition | undefined;
}

/**
 * What happened to all subjects, as the stream tells it: every replica that follows the stream has the same history.
 * Totals, the last status and the last recovery outlive the entries, here and in checkpoints.
 */
export class OverloadHistory {
  readonly #subjects = new Map<string, SubjectHistory>();
  readonly #ids = new Map<string, Kept>();
  readonly #maxEntries: number;
  readonly #maxSubjects: number;

  constructor({ maxEntries = 10_000, maxSubjects = 256 }: HistoryOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#maxSubjects = maxSubjects;
  }

  /** Entries kept. */
  get size(): number {
    return this.#ids.size;
  }

  /**
   * Takes an entry: from the stream with its position, or one's own, that the stream does not have yet, without. An
   * entry that comes again is not counted again.
   */
  apply(entry: HistoryEntry, position?: StreamPosition): AppliedEntry {
    const history = this.#historyOf(entry.subject);
    if (history === undefined) return 'refused';
    const isRepeated = position !== undefined && !isBeyond(position, history.position);
    if (position !== undefined && !isRepeated) history.position = position;
    const known = this.#ids.get(entry.id);
    if (known !== undefined) {
      known.isStored ||= position !== undefined;
      return 'known';
    }
    this.#keep(history, { entry, isStored: position !== undefined, isRepeated });
    if (!isRepeated) advance(history, entry);
    return 'added';
  }

  /** Subjects with a history. */
  subjects(): readonly string[] {
    return [...this.#subjects.keys()];
  }

  /** Entries of one subject, or of all (`undefined`), the newest first. */
  entries(subject: string | undefined, query: HistoryQuery = {}): readonly HistoryEntry[] {
    const { limit = 100, sinceMs = Number.NEGATIVE_INFINITY } = query;
    return this.#entriesOf(subject)
      .filter((entry) => entry.atMs >= sinceMs)
      .toReversed()
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(0, Math.max(0, limit));
  }

  /** Changes of status, the newest first: of several entries about one change, one. */
  statusHistory(subject: string, query: HistoryQuery = {}): readonly HistoryEntry[] {
    const { limit = 100, sinceMs } = query;
    const all = this.entries(subject, {
      limit: Infinity,
      ...(sinceMs === undefined ? {} : { sinceMs }),
    });
    const changes = all.filter(isStatusChange);
    return changes.slice(0, Math.max(0, limit));
  }

  /** Whether the last overload of a subject is over. */
  recovery(subject: string): RecoveryRecord {
    return this.#subjects.get(subject)?.recovery ?? NOT_RECOVERED;
  }

  /** The status that a subject had last, and since when in Unix milliseconds; `undefined`: nothing ever happened to it. */
  lastStatus(subject: string): { status: OverloadStatus; sinceMs: number } | undefined {
    const history = this.#subjects.get(subject);
    if (history?.statusSinceMs === undefined) return undefined;
    return { status: history.status, sinceMs: history.statusSinceMs };
  }

  /** Events per window and in all. A subject without a history has none. */
  aggregates(subject: string, wallNowMs: number): SubjectAggregates {
    const entries = this.#entriesOf(subject);
    const within = (windowMs: number): EventAggregate =>
      aggregateOf(
        subject,
        entries.filter(({ atMs }) => wallNowMs - atMs < windowMs).reduce(addEvent, NO_EVENTS),
      );
    return {
      '1m': within(AGGREGATE_WINDOWS['1m']),
      '5m': within(AGGREGATE_WINDOWS['5m']),
      '1h': within(AGGREGATE_WINDOWS['1h']),
      total: aggregateOf(subject, this.#subjects.get(subject)?.totals ?? NO_EVENTS),
    };
  }

  /** What has to outlive this process; `undefined` when there is nothing. Entries that no stream has yet are left out. */
  checkpoint(subject: string): HistoryCheckpoint | undefined {
    const history = this.#subjects.get(subject);
    if (history?.position === undefined || history.statusSinceMs === undefined) return undefined;
    const { position, status, statusSinceMs, recovery } = history;
    const waiting = history.kept.filter(({ isStored }) => !isStored).map(({ entry }) => entry);
    const totals = without(history.totals, waiting.reduce(addEvent, NO_EVENTS));
    return { version: 1, subject, position, totals, status, statusSinceMs, recovery };
  }

  /**
   * Takes a checkpoint over, before the stream is followed. Entries up to its position are shown when they come, and not
   * counted again; when the stream is another one by then, all of it is new. One that comes too late is left out.
   * @returns Whether it was taken.
   */
  restore(checkpoint: HistoryCheckpoint): boolean {
    if (this.#subjects.has(checkpoint.subject)) return false;
    const history = this.#historyOf(checkpoint.subject);
    if (history === undefined) return false;
    const { totals, recovery, status, statusSinceMs, position } = checkpoint;
    Object.assign(history, { totals, recovery, status, statusSinceMs, position });
    return true;
  }

  #historyOf(subject: string): SubjectHistory | undefined {
    const known = this.#subjects.get(subject);
    if (known !== undefined || this.#subjects.size >= this.#maxSubjects) return known;
    const history: SubjectHistory = {
      kept: [],
      totals: NO_EVENTS,
      recovery: NOT_RECOVERED,
      status: 'inactive',
      statusSinceMs: undefined,
      position: undefined,
    };
    this.#subjects.set(subject, history);
    return history;
  }

  #entriesOf(subject: string | undefined): readonly HistoryEntry[] {
    const histories =
      subject === undefined ? [...this.#subjects.values()] : [this.#subjects.get(subject)];
    return histories.flatMap((history) => history?.kept.map(({ entry }) => entry) ?? []);
  }

  #keep(history: SubjectHistory, kept: Kept): void {
    history.kept.push(kept);
    this.#ids.set(kept.entry.id, kept);
    if (this.#ids.size > this.#maxEntries) this.#forgetOne();
  }

  /** A subject that changes all the time forgets its own entries, not those of a quiet one. */
  #forgetOne(): void {
    const [longest] = [...this.#subjects.values()].toSorted(
      (a, b) => b.kept.length - a.kept.length,
    );
    const forgotten = longest?.kept.shift();
    if (forgotten !== undefined) this.#ids.delete(forgotten.entry.id);
  }
}

function advance(history: SubjectHistory, entry: HistoryEntry): void {
  history.totals = addEvent(history.totals, entry);
  history.recovery = nextRecovery(history.recovery, entry);
  if (!isAboutStatus(entry)) return;
  history.status = entry.to;
  history.statusSinceMs = entry.atMs;
}

function isAboutStatus({ type }: HistoryEntry): boolean {
  return type !== 'shedding_started' && type !== 'shedding_stopped';
}

/** `active` to `warning` is a recovery and a warning: two entries, one change. */
function isStatusChange(entry: HistoryEntry): boolean {
  if (!isAboutStatus(entry) || entry.from === entry.to) return false;
  return entry.type !== 'recovery' || entry.to === 'inactive';
}

function isBeyond(position: StreamPosition, known: StreamPosition | undefined): boolean {
  return position.stream !== known?.stream || position.sequence > known.sequence;
}

function without(totals: EventTotals, others: EventTotals): EventTotals {
  return {
    active: totals.active - others.active,
    warning: totals.warning - others.warning,
    recovery: totals.recovery - others.recovery,
    lastAtMs: totals.lastAtMs,
  };
}
