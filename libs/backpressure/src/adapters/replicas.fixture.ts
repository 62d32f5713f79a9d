import { NatsLink } from '@beamline/jetstream';
import { ignoreEvents } from '@beamline/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { HistoryEntryType } from '../core/index.js';
import { OverloadControl } from './overload-control.js';
import type { OverloadControlOptions } from './overload-control-options.js';
import type { KnownSubjectStatus } from './subject-status.js';

/** The subject of the specs. */
export const SUBJECT = 'beamline.router.v1.decide';
/** Two signals above their thresholds. */
export const OVERLOADED = { pendingMessages: 1_500, latencyP95Ms: 6_000 };
/** All signals far below their thresholds. */
export const FINE = { pendingMessages: 0, latencyP95Ms: 50, inflightMessages: 2 };

/** Replicas of one spec file over a real server, and their end. */
export class Replicas {
  readonly #ends: (() => Promise<void>)[] = [];

  /** @param url Asked for when a replica is made: the server starts after the spec file was read. */
  constructor(private readonly url: () => string) {}

  /** To be called after each test. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  /** A link of one's own that is connected. */
  async link(): Promise<NatsLink> {
    const link = this.unconnectedLink(this.url());
    await link.ready;
    return link;
  }

  unconnectedLink(url: string): NatsLink {
    const options = { servers: url, reconnectDelayMs: 50, maxReconnectDelayMs: 200 };
    const link = new NatsLink(options, ignoreEvents);
    link.start();
    this.#ends.push(() => link.close(200));
    return link;
  }

  /** A started replica. Unless told otherwise everything in it happens five times as fast as by default. */
  async replica(replicaId: string, options: OverloadControlOptions = {}) {
    const nats = options.nats ?? (await this.link());
    const control = new OverloadControl({
      replicaId,
      subjects: [{ name: SUBJECT }],
      evaluateEveryMs: 20,
      reportEveryMs: 200,
      liveForMs: 600,
      ...options,
      nats,
    });
    this.#ends.push(() => control.stop());
    control.start();
    return {
      control,
      link: nats,
      get subject() {
        return control.subject(SUBJECT);
      },
    };
  }
}

/** @throws Error when there is none. */
export function statusOf(control: OverloadControl, subject: string = SUBJECT): KnownSubjectStatus {
  const status = control.statusNow(subject);
  if (status.status === 'unknown') throw new Error(`${subject} has no status`);
  return status;
}

/** What happened to the subject, the oldest first. */
export function typesOf(control: OverloadControl): readonly HistoryEntryType[] {
  return control.history
    .entries(SUBJECT)
    .map(({ type }) => type)
    .toReversed();
}

/** Whether all replicas know of all. */
export function allKnown(...controls: readonly OverloadControl[]): boolean {
  return controls.every((control) => control.replicas().length === controls.length);
}

/** @throws Error when there is none. */
export function connectionOf(link: NatsLink): NatsConnection {
  if (link.connection === undefined) throw new Error('not connected');
  return link.connection;
}
