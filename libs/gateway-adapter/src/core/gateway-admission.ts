import type {
  GatewayAdmissionOptions,
  GatewayRequest,
  GatewayVerdict,
  GatewayView,
  SettledAbout,
  SettleOutcome,
} from './gateway-admission-types.js';
import type { Heard, LoadSource, RouterLoad } from './router-load.js';

export type { SettleOutcome } from './gateway-admission-types.js';

const ADMITTED: GatewayVerdict = Object.freeze({ admitted: true });

/**
 * Lets requests for one subject of the router through a gateway, or refuses them there, before they cost the router
 * anything. It learns from the answers to what it lets through and from what the router says of its load.
 */
export class GatewayAdmission {
  readonly #options: GatewayAdmissionOptions;
  readonly #random: () => number;

  /** `random`: uniform in [0, 1). */
  constructor(options: GatewayAdmissionOptions = {}, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** Decides at once. Whoever is admitted must be settled. */
  admit(_request: GatewayRequest, _nowMs: number): GatewayVerdict {
    return ADMITTED;
  }

  /** Tells how an admitted request ended. */
  settle(_outcome: SettleOutcome, _nowMs: number, _about?: SettledAbout): void {
    this.#random();
  }

  /** Takes a load that was pushed. `source`: how; default `push`. */
  hear(_load: RouterLoad, _nowMs: number, _source: Exclude<LoadSource, 'poll'> = 'push'): Heard {
    return { accepted: true, changed: false };
  }

  /** Takes the answer to a poll; `undefined`: none came. */
  polled(_load: RouterLoad | undefined, _nowMs: number): void {
    this.#random();
  }

  /** What is known and done now. */
  view(_nowMs: number): GatewayView {
    return {
      mode: this.#options.mode ?? 'credit',
      status: 'unknown',
      effectiveStatus: 'unknown',
      source: undefined,
      believedForMs: 0,
      routerCredit: undefined,
      epoch: undefined,
      seq: undefined,
      pushesLost: true,
      limitPerSecond: undefined,
      throttled: 0,
      breaker: 'closed',
      retriesLeft: 3,
    };
  }
}
