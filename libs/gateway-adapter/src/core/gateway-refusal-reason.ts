/**
 * Why a gateway refuses. `credit`: the router takes no more now; `throttle`: it hardly answers, and says nothing;
 * `breaker`: it was `active` poll after poll; `background`: background work goes first; `active`: contract mode;
 * `retry_budget`: too many of the requests are retries.
 */
export type GatewayRefusalReason =
  'credit' | 'throttle' | 'breaker' | 'background' | 'active' | 'retry_budget';

/** All of them. */
export const GATEWAY_REFUSAL_REASONS: readonly GatewayRefusalReason[] = [
  'credit',
  'throttle',
  'breaker',
  'background',
  'active',
  'retry_budget',
];
