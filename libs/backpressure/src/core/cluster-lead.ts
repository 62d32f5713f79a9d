/** When a replica speaks and leads, in milliseconds of one monotonic clock. */
export interface LeadTimes {
  /** Time between two reports of a replica. */
  readonly reportEveryMs: number;
  /** Silence after which a replica counts as gone. */
  readonly liveForMs: number;
}

const LISTEN_REPORTS = 1.25;
const LEAD_REPORTS = 1.5;

/**
 * Tells when a replica may speak and lead. One that has just come listens first, for a little longer than anybody's
 * pause between two reports: what it would say before it has heard the others is not known to be true, and if its id is
 * the lowest, everybody would believe it. It leads a little after it has spoken, so that of several that start together
 * only one does, and not before it has read what was written down, or else it would write it again; but that it does not
 * wait for longer than a silent replica counts as living. Without anybody it could hear it leads itself.
 */
export class ClusterLead {
  #speaksFromMs = Number.NEGATIVE_INFINITY;
  #leadsFromMs = Number.NEGATIVE_INFINITY;
  #leadsAtLastMs = Number.NEGATIVE_INFINITY;
  #hasSpoken = false;

  constructor(private readonly times: LeadTimes) {}

  /** Started with others possibly there, not yet connected to them. */
  started(nowMs: number): void {
    this.#speaksFromMs = Number.POSITIVE_INFINITY;
    this.#leadsFromMs = nowMs + this.times.liveForMs;
    this.#leadsAtLastMs = this.#leadsFromMs;
  }

  /** Connected, again or for the first time. One that has spoken before is known already and speaks on. */
  connected(nowMs: number): void {
    const { reportEveryMs, liveForMs } = this.times;
    this.#speaksFromMs = this.#hasSpoken ? nowMs : nowMs + reportEveryMs * LISTEN_REPORTS;
    this.#leadsFromMs = nowMs + reportEveryMs * LEAD_REPORTS;
    this.#leadsAtLastMs = nowMs + liveForMs;
  }

  /** Whether reports may go out. */
  maySpeak(nowMs: number): boolean {
    return nowMs >= this.#speaksFromMs;
  }

  /** A report went out. */
  spoke(): void {
    this.#hasSpoken = true;
  }

  /**
   * Whether it may decide for all, if it is the lowest living replica.
   * @param knowsPast Whether it has read what was written down.
   */
  mayLead(nowMs: number, knowsPast: boolean): boolean {
    return nowMs >= (knowsPast ? this.#leadsFromMs : this.#leadsAtLastMs);
  }
}
