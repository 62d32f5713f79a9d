import type { RouterLoad } from './router-load.js';

/** A load as a router pushes it. */
export function aLoad(over: Partial<RouterLoad> = {}): RouterLoad {
  return {
    subject: 'beamline.router.v1.decide',
    status: 'inactive',
    effectiveStatus: 'inactive',
    retryAfterMs: 0,
    credit: null,
    epoch: 1,
    seq: 1,
    ttlMs: 3_000,
    atMs: 0,
    ...over,
  };
}

/** A load of a router that knows only the contract. */
export function aContractLoad(over: Partial<RouterLoad> = {}): RouterLoad {
  return aLoad({ credit: undefined, epoch: undefined, seq: undefined, ...over });
}
