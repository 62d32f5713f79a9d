import type { SubjectStatusLike } from '@beamline/contracts/core';

/** What is told of the load of a subject. */
export interface RouterLoadLike extends Pick<
  SubjectStatusLike,
  'subject' | 'status' | 'effectiveStatus' | 'signals' | 'timestampMs'
> {
  readonly policy: { readonly retryAfterSeconds: number };
  /** Requests per second that all replicas together take now; `null`: nothing is refused. */
  readonly creditPerSecond: number | null;
}

/** Where the load comes from that gateways are told. Calls must neither wait nor throw. */
export interface LoadSource {
  /** Subjects that gateways are told of. */
  subjects(): readonly string[];
  /** Load of one of them now. */
  load(subject: string): RouterLoadLike;
  /** Whether it is this replica that tells them. */
  isLeading(): boolean;
}
