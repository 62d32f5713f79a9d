/** What a router says of a subject: the contract's statuses, and `unknown` where it cannot tell. */
export type LoadStatus = 'inactive' | 'warning' | 'active' | 'unknown';

/** How loaded the router is, as a gateway heard it. */
export interface RouterLoad {
  readonly subject: string;
  /** The reported status: the contract's rule. */
  readonly status: LoadStatus;
  /** The worse of the status and what the router's admission does; the status itself where only that is told. */
  readonly effectiveStatus: LoadStatus;
  /** When the router wants those it refuses to come back, in milliseconds; 0: it does not say. */
  readonly retryAfterMs: number;
  /**
   * Requests per second that the router, all its replicas together, takes now. `null`: it refuses nothing; `undefined`: it
   * does not tell, as a router that knows only the contract.
   */
  readonly credit: number | null | undefined;
  /** Which leader said it: greater is newer. */
  readonly epoch?: number | undefined;
  /** Counts what a leader said: greater is newer within an epoch. */
  readonly seq?: number | undefined;
  /** How long it may be believed from its arrival, in milliseconds. */
  readonly ttlMs: number;
  /** When the router said it, in Unix milliseconds of the router's clock; 0: it does not say. */
  readonly atMs: number;
}

/** How a load came: `push` over NATS, `webhook` over HTTP, `poll` by asking. */
export type LoadSource = 'push' | 'webhook' | 'poll';

/**
 * Why a load is not believed. `old_epoch`: an earlier leader said it; `out_of_order`: something newer was heard before;
 * `replayed`: the very same was heard before; `not_needed`: it was asked for while pushes arrive.
 */
export type LoadRefusal = 'old_epoch' | 'out_of_order' | 'replayed' | 'not_needed';

/** What came of hearing a load. */
export type Heard =
  | {
      readonly accepted: true;
      /** Another status, or a credit where there was none, or the other way round. */
      readonly changed: boolean;
    }
  | { readonly accepted: false; readonly reason: LoadRefusal };
