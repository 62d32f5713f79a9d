/**
 * How the gateways of a run work. `none`: there are none, everything is sent; `push`: ours, with their defaults; `unpushed`: ours, but
 * nothing is pushed to them; `polling`: the contract's, which ask every 5 s and send nothing while the status is active.
 */
export type WayName = 'none' | 'push' | 'unpushed' | 'polling';

/** Shares of the requests that come through each gateway. They have connections of their own. */
export const GATEWAY_SHARES: readonly number[] = [60, 30, 10];

/** What the rows of the results call it. */
export const WAY_TITLES: Readonly<Record<WayName, string>> = {
  none: 'router alone',
  push: 'gateways, pushed to',
  unpushed: 'gateways, pushes lost',
  polling: "gateways, the contract's polling",
};

export const isWay = (name: string): name is WayName => Object.hasOwn(WAY_TITLES, name);
