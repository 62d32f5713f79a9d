import type { NotifiedStatusLike } from '@beamline/contracts/core';

/** Where the load comes from that gateways are told. Calls must neither wait nor throw. */
export interface LoadSource {
  /** Subjects that gateways are told of. */
  subjects(): readonly string[];
  /** Load of one of them now. */
  load(subject: string): NotifiedStatusLike;
  /** Whether it is this replica that tells them. */
  isLeading(): boolean;
}
