import {
  GatewayAdmission,
  type GatewayAdmissionOptions,
  type RouterLoad,
} from '@beamline/gateway-adapter/core';
import type { ControllerParts } from './controller.js';
import type { CreateGate, Gate, GateEnding, GateRequest, GateVerdict, RouterNews } from './gate.js';

/** How long what is pushed may be believed, and the answer to a question, in milliseconds. */
const [PUSH_TTL_MS, POLL_TTL_MS] = [3000, 5000];
/** The contract's constant, told while the reported status is `active`. */
const RETRY_AFTER_MS = 30_000;

/** How a gateway of our own is run. */
export interface GatewayGateOptions extends GatewayAdmissionOptions {
  /** Whether it listens to pushes. Default true; otherwise it asks all the time. */
  readonly listens?: boolean;
}

/** The admission of this project's gateways itself, on virtual time. */
export function gateway({ listens = true, ...options }: GatewayGateOptions = {}): CreateGate {
  return (parts) =>
    listens ? new ListeningGateway(options, parts) : new AskingGateway(options, parts);
}

class AskingGateway implements Gate {
  readonly #clock: ControllerParts['clock'];
  protected readonly admission: GatewayAdmission;

  constructor(options: GatewayAdmissionOptions, { clock, random }: ControllerParts) {
    this.#clock = clock;
    this.admission = new GatewayAdmission(options, random);
  }

  admit({ criticality }: GateRequest): GateVerdict {
    return this.admission.admit({ criticality }, this.nowMs());
  }

  learn({ outcome, ...about }: GateEnding): void {
    this.admission.settle(outcome, this.nowMs(), about);
  }

  polled(news: RouterNews | undefined): void {
    this.admission.polled(news && loadOf(news, POLL_TTL_MS), this.nowMs());
  }

  protected nowMs(): number {
    return this.#clock.nowMs();
  }
}

class ListeningGateway extends AskingGateway {
  hear(news: RouterNews): void {
    this.admission.hear(loadOf(news, PUSH_TTL_MS), this.nowMs());
  }
}

function loadOf({ reported, effective, credit, seq }: RouterNews, ttlMs: number): RouterLoad {
  return {
    subject: 'simulated',
    status: reported,
    effectiveStatus: effective,
    retryAfterMs: reported === 'active' ? RETRY_AFTER_MS : 0,
    credit,
    epoch: 1,
    seq,
    ttlMs,
    atMs: 0,
  };
}
