/** How the load of the router is heard. */
export interface StatusClientOptions {
  /** Default `beamline.router.v1.status.backpressure`. */
  readonly statusSubject?: string;
  /** Time between two polls of a subject, in milliseconds. Default 5 000. */
  readonly pollMs?: number;
  /** How long the router may take to answer a poll, in milliseconds. Default 1 000. */
  readonly pollTimeoutMs?: number;
  /** `missing`: poll a subject only while no pushes come for it. `always` is the contract's. Default `missing`. */
  readonly poll?: 'missing' | 'always';
  /** Subscribe to what the router pushes. Default true. */
  readonly push?: boolean;
  /** Subjects that are followed at most. Default 100. */
  readonly maxSubjects?: number;
}
