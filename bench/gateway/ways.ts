import type { GatewayOptions } from '@beamline/gateway-adapter';

/** How the gateways of a run work; what a generator is told as its target. */
export type WayName = 'none' | 'push' | 'unpushed' | 'polling';

/** Shares of the requests that come through each gateway. They have connections of their own. */
export const GATEWAY_SHARES: readonly number[] = [60, 30, 10];

/** What a gateway does in each way; `undefined`: there is none, everything is sent. */
export const WAYS: Readonly<
  Record<WayName, Pick<GatewayOptions, 'admission' | 'status'> | undefined>
> = {
  none: undefined,
  push: {},
  /** Nothing is pushed to it; what is refused to it teaches it. */
  unpushed: { status: { push: false } },
  /** The contract's: it asks every 5 s, and sends nothing while the status is active. */
  polling: { status: { push: false, poll: 'always' }, admission: { mode: 'contract' } },
};

/** What the rows of the results call it. */
export const WAY_TITLES: Readonly<Record<WayName, string>> = {
  none: 'router alone',
  push: 'gateways, pushed to',
  unpushed: 'gateways, pushes lost',
  polling: "gateways, the contract's polling",
};
