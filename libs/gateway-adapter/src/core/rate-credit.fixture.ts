import { RateCredit } from './rate-credit.js';

interface Second {
  readonly sent: number;
  readonly refused: number;
}

/** A gateway before a router that answers at once, takes so many requests per second, and a twentieth of them at once. */
export class Setting {
  readonly changes: string[] = [];
  onChange: () => void = () => undefined;
  readonly credit = new RateCredit((change) => {
    this.changes.push(change);
    this.onChange();
  });
  /** Requests per second. */
  capacity = Infinity;
  /** Shares of all requests that are refused whatever the load, and that tell nothing. */
  refusedShare = 0;
  ignoredShare = 0;
  #draws = 0;
  answers = true;
  nowMs = 0;
  #room = 0;

  /** Comes from calm into an overload that lasts until it is settled. */
  overload(capacity: number): void {
    this.pass(2, capacity / 2);
    this.capacity = capacity;
    this.pass(5, capacity * 10);
  }

  /** Lets seconds pass in which so many requests come, evenly. */
  pass(seconds: number, perSecond: number): Second {
    const gapMs = 1_000 / perSecond;
    const endMs = this.nowMs + seconds * 1_000;
    let [sent, refused] = [0, 0];
    for (; this.nowMs < endMs - 1e-6; this.nowMs += gapMs) {
      const most = Math.max(2, this.capacity / 20);
      this.#room = Math.min(most, this.#room + (this.capacity * gapMs) / 1_000);
      this.credit.advance(this.nowMs);
      if (!this.credit.trySend('critical', this.nowMs)) continue;
      sent += 1;
      if (!this.answers) continue;
      if (this.#isOneOf(this.ignoredShare)) {
        this.credit.ignore(0, this.nowMs);
        continue;
      }
      if (this.#isOneOf(this.refusedShare)) {
        refused += 1;
        this.credit.refuse(0, this.nowMs);
        continue;
      }
      if (this.#room >= 1) {
        this.#room -= 1;
        this.credit.accept();
      } else {
        refused += 1;
        this.credit.refuse(0, this.nowMs);
      }
    }
    this.credit.advance(this.nowMs);
    return { sent: sent / seconds, refused: refused / seconds };
  }

  /** Lets seconds pass in each of which the router says that it refuses nothing. */
  passDenied(seconds: number, perSecond: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.credit.hearCredit(null, this.nowMs);
      this.pass(1, perSecond);
    }
  }

  /** So many of all, without a pattern. */
  #isOneOf(share: number): boolean {
    if (share === 0) return false;
    this.#draws += 0.618_033_988_749_895;
    return this.#draws % 1 < share;
  }
}
