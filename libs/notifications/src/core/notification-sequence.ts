/** Which notification of which subject somebody published. */
export interface HeardNotification {
  readonly subject: string;
  readonly epoch: number;
  readonly seq: number;
}

/** Place of a notification among those of its subject: newer is the greater epoch, and in it the greater number. */
export interface NotificationPlace {
  readonly epoch: number;
  readonly seq: number;
}

/** Epochs above are taken for mistakes: nothing could be newer than they are. */
const MAX_EPOCH = 2 ** 52;
/** Subjects counted within an epoch; at the bound a new epoch begins, in which all count from 1 again. */
const MAX_SUBJECTS = 4_096;

/**
 * Numbers the notifications of a leader, so that whoever receives them knows the newer from the older, over all
 * leaders there ever were.
 */
export class NotificationSequence {
  #greatestHeard = 0;
  #epoch: number | undefined;
  readonly #seqs = new Map<string, number>();

  /** Epoch under which this replica leads; `undefined` while it does not. */
  get epoch(): number | undefined {
    return this.#epoch;
  }

  /**
   * Takes the lead.
   * @param nowMs Unix time in milliseconds.
   * @returns The new epoch: the time, but more than any epoch that was heard or had.
   */
  lead(nowMs: number): number {
    return this.#begin(Math.max(Math.floor(nowMs), this.#greatestHeard + 1));
  }

  /** Leads no more. */
  yield(): void {
    this.#epoch = undefined;
    this.#seqs.clear();
  }

  /**
   * Learns of a notification that was published, by whomever. A leader that hears a newer one than its own goes on
   * under an epoch that is newer still: two leaders at once are for a moment only, and must not silence the one that
   * remains.
   */
  hear({ subject, epoch, seq }: HeardNotification): void {
    if (epoch > MAX_EPOCH) return;
    this.#greatestHeard = Math.max(this.#greatestHeard, epoch);
    const own = this.#epoch;
    if (own === undefined || epoch < own) return;
    if (epoch > own || seq > (this.#seqs.get(subject) ?? 0)) this.#begin(epoch + 1);
  }

  /**
   * The place of the next notification of a subject.
   * @throws RangeError when this replica does not lead.
   */
  next(subject: string): NotificationPlace {
    if (this.#epoch === undefined) throw new RangeError('only a leader numbers notifications');
    if (this.#seqs.size >= MAX_SUBJECTS && !this.#seqs.has(subject)) this.#begin(this.#epoch + 1);
    const seq = (this.#seqs.get(subject) ?? 0) + 1;
    this.#seqs.set(subject, seq);
    return { epoch: this.#epoch, seq };
  }

  #begin(epoch: number): number {
    this.#epoch = epoch;
    this.#greatestHeard = Math.max(this.#greatestHeard, epoch);
    this.#seqs.clear();
    return epoch;
  }
}
