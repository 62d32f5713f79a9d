import { AckedPublisher, NatsLink } from '@beamline/jetstream';
import { ignoreEvents } from '@beamline/kernel';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Connections and other parts of one spec file, and their end. */
export class NatsParts {
  readonly #ends: (() => Promise<void> | void)[] = [];
  #names = 0;

  /** @param url Asked for when a link is made: the server starts after the spec file was read. */
  constructor(private readonly url: () => string) {}

  /** To be called after each test. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  /** Has something ended after the test, before what was made earlier. */
  onEnd(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  /** A name that no other test of the file uses. */
  name(what: string): string {
    this.#names += 1;
    return `${what}-${this.#names}`;
  }

  link(url: string = this.url()): NatsLink {
    const link = new NatsLink(
      { servers: url, reconnectDelayMs: 50, maxReconnectDelayMs: 100 },
      ignoreEvents,
    );
    link.start();
    this.#ends.push(() => link.close());
    return link;
  }

  async connection(url: string = this.url()): Promise<NatsConnection> {
    return this.link(url).ready;
  }

  async manager(url: string = this.url()): Promise<JetStreamManager> {
    return jetstreamManager(await this.connection(url));
  }

  publisher(link: NatsLink): AckedPublisher {
    const publisher = new AckedPublisher(link, { timeoutMs: 500, observe: ignoreEvents });
    this.#ends.push(() => publisher.close(100));
    return publisher;
  }
}
