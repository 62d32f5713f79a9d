import { readJson, SUBJECTS } from '@beamline/contracts/core';
import type { NatsLink } from '@beamline/jetstream';
import {
  type Clock,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { OverloadEvent, ReplicaReport, SubjectReport } from '../core/index.js';
import { MAX_REPORT_BYTES, readReport } from '../core/read-report.js';
import { RateAllowance } from './rate-allowance.js';
import { encodeReport } from './encode-report.js';

/** Settings of {@link ReportExchange}. */
export interface ReportExchangeOptions {
  readonly replicaId: string;
  /** Unix time at which this process started, in milliseconds. */
  readonly epoch: number;
  /** Where replicas meet. Default `beamline.router.v1.overload.report`. */
  readonly subject?: string;
  /** Time between two reports when nothing changes, in milliseconds. Default 1 000. */
  readonly everyMs?: number;
  /** Least time between two reports, in milliseconds. Default 50. */
  readonly notBeforeMs?: number;
  /** What this replica has to say now; `undefined`: nothing yet. Must not throw. */
  readonly compose: () => readonly SubjectReport[] | undefined;
  /** Told of every report that went out. */
  readonly onSent?: (report: ReplicaReport) => void;
  /** Told of every well-formed report of another replica. Must not throw. */
  readonly onReport: (report: ReplicaReport) => void;
  /** Monotonic. Default: that of the process. */
  readonly clock?: Clock;
  /** Unix time. Default: the system's. */
  readonly wall?: Clock;
  readonly observe?: Observer<OverloadEvent>;
}

/** What is read per second at most: a flood must not cost more than a part of one processor. */
const BYTES_PER_SECOND = 16 * 1_048_576;
/** Refusals told per second at most. */
const REFUSALS_PER_SECOND = 10;
const MAX_NAME_LENGTH = 64;

/**
 * Tells the other replicas how this one fares, and hears the same of them, over core NATS: what is a second old is of
 * no use to anybody, so nothing is stored. What is no report is refused with an event.
 */
export class ReportExchange {
  readonly #clock: Clock;
  readonly #wall: Clock;
  readonly #observe: Observer<OverloadEvent>;
  readonly #subject: string;
  readonly #bytes: RateAllowance;
  readonly #refusals: RateAllowance;
  #seq = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #connection: NatsConnection | undefined;
  #subscription: Subscription | undefined;
  #endWatch: (() => void) | undefined;
  #beat: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ReportExchangeOptions,
    private readonly link: NatsLink,
  ) {
    this.#clock = options.clock ?? monotonicClock;
    this.#wall = options.wall ?? wallClock;
    this.#observe = options.observe ?? ignoreEvents;
    this.#subject = options.subject ?? SUBJECTS.overloadReport;
    this.#bytes = new RateAllowance(BYTES_PER_SECOND, this.#clock);
    this.#refusals = new RateAllowance(REFUSALS_PER_SECOND, this.#clock);
  }

  /** Begins to listen and to report, as soon as NATS is there. A second call does nothing. */
  start(): void {
    if (this.#beat !== undefined) return;
    this.#beat = setInterval(() => this.#send(), this.options.everyMs ?? 1_000).unref();
    this.#endWatch = this.link.watch((state, connection) => {
      if (state === 'connected') this.#listen(connection);
    });
  }

  /** Neither listens nor reports any more. */
  stop(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#soon);
    this.#beat = undefined;
    this.#soon = undefined;
    this.#endWatch?.();
    if (this.#subscription?.isClosed() === false) this.#subscription.unsubscribe();
    this.#connection = undefined;
  }

  /** Something changed: reports at once, or as soon as the last report is long enough ago. */
  reportSoon(): void {
    if (this.#beat === undefined || this.#soon !== undefined) return;
    const sinceMs = this.#clock.nowMs() - this.#sentAtMs;
    const inMs = Math.max(0, (this.options.notBeforeMs ?? 50) - sinceMs);
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#send();
    }, inMs).unref();
  }

  #send(): void {
    const { connection, isConnected } = this.link;
    if (connection === undefined || !isConnected || connection.isDraining()) return;
    const subjects = this.options.compose();
    if (subjects === undefined) return;
    const { replicaId: replica, epoch } = this.options;
    this.#seq += 1;
    const report: ReplicaReport = {
      version: 1,
      replica,
      epoch,
      seq: this.#seq,
      atMs: this.#wall.nowMs(),
      subjects,
    };
    this.#sentAtMs = this.#clock.nowMs();
    // The driver throws at what the server would not take.
    const maxBytes = Math.min(MAX_REPORT_BYTES, connection.info?.max_payload ?? MAX_REPORT_BYTES);
    connection.publish(this.#subject, encodeReport(report, maxBytes));
    this.options.onSent?.(report);
  }

  #listen(connection: NatsConnection): void {
    // The driver renews the subscription of a connection that comes back.
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#subscription = connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error) this.#refuse('', `cannot listen: ${error.message}`);
        else this.#hear(message);
      },
    });
  }

  #hear({ data }: Msg): void {
    if (data.length <= MAX_REPORT_BYTES && !this.#bytes.take(data.length)) {
      this.#refuse('', `more than ${BYTES_PER_SECOND} bytes of reports in a second`);
      return;
    }
    const json = readJson(data, MAX_REPORT_BYTES);
    if (!json.ok) {
      this.#refuse('', json.problem);
      return;
    }
    const read = readReport(json.value);
    if (!read.ok) this.#refuse(replicaIn(json.value), read.problem);
    else if (!this.#isOwn(read.report)) this.options.onReport(read.report);
  }

  /** What we said ourselves comes back to us. Under our id with another epoch it is somebody else's. */
  #isOwn({ replica, epoch }: ReplicaReport): boolean {
    return replica === this.options.replicaId && epoch === this.options.epoch;
  }

  #refuse(replica: string, problem: string): void {
    if (this.#refusals.take(1)) this.#observe({ type: 'report-refused', replica, problem });
  }
}

function replicaIn(value: unknown): string {
  const isNamed = typeof value === 'object' && value !== null && 'replica' in value;
  return isNamed && typeof value.replica === 'string'
    ? value.replica.slice(0, MAX_NAME_LENGTH)
    : '';
}
