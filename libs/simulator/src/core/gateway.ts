import {
  GatewayAdmission,
  type GatewayAdmissionOptions,
  type RouterLoad,
} from '@beamline/gateway-adapter/core';
import type { ControllerParts } from './controller.js';
import type { CreateGate, Gate, GateEnding, GateRequest, GateVerdict, RouterNews } from './gate.js';

/** How long what is pushed may be believed, in milliseconds. */
const PUSH_TTL_MS = 3000;
/** How long gateways believe the answer to a question, in milliseconds. */
const POLL_TTL_MS = 6500;
/** The contract's constant, told while the reported status is `active`. */
const RETRY_AFTER_MS = 30_000;

/** The admission of this project's gateways itself, on virtual time. */
export function gateway(options: GatewayAdmissionOptions = {}): CreateGate {
  return (parts) => new GatewayGate(options, parts);
}

class GatewayGate implements Gate {
  readonly #clock: ControllerParts['clock'];
  readonly #admission: GatewayAdmission;

  constructor(options: GatewayAdmissionOptions, { clock, random }: ControllerParts) {
    this.#clock = clock;
    this.#admission = new GatewayAdmission(options, random);
  }

  admit({ criticality }: GateRequest): GateVerdict {
    return this.#admission.admit({ criticality }, this.#clock.nowMs());
  }

  learn({ outcome, admittedAtMs }: GateEnding): void {
    this.#admission.settle(outcome, this.#clock.nowMs(), { admittedAtMs });
  }

  hear(news: RouterNews): void {
    this.#admission.hear(loadOf(news, PUSH_TTL_MS), this.#clock.nowMs());
  }

  polled(news: RouterNews | undefined): void {
    this.#admission.polled(news && loadOf(news, POLL_TTL_MS), this.#clock.nowMs());
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
