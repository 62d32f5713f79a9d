import type { NatsLink } from '@beamline/jetstream';

/** Whether this gateway may be sent traffic. */
export class Readiness {
  #draining = false;

  constructor(private readonly link: Pick<NatsLink, 'isConnected'>) {}

  /** True when the router could be reached, as far as the connection goes. */
  get isConnected(): boolean {
    return this.link.isConnected;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** From now on the answer is no: load balancers shall send new work elsewhere. */
  drain(): void {
    this.#draining = true;
  }
}
