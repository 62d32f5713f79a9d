import type { AdmissionRequest, Credit, OverloadStatus } from '@beamline/backpressure/core';
import type { Clock } from '@beamline/kernel';
import type { Random } from './random.js';

/** How admitted work ended, as its router hears of it. Times in milliseconds. */
export interface Completion {
  /** From admission to answer. */
  readonly roundTripMs: number;
  /** The work itself. */
  readonly serviceMs: number;
  /** Waiting for a slot. */
  readonly queueMs: number;
}

/** Answer to one request. */
export type Verdict =
  | {
      readonly admitted: true;
      /** To be called once, with what the work took; `undefined`: the plant dropped it. */
      readonly settle: (completion: Completion | undefined) => void;
    }
  | {
      readonly admitted: false;
      /** When to come back; `undefined`: not told. */
      readonly retryAfterMs: number | undefined;
      /** `false`: do not come back. */
      readonly retryable: boolean;
    };

/** What a monitor reads of the plant now and then. */
export interface PlantLoad {
  /** Requests that wait for a slot. */
  readonly waiting: number;
  /** Requests this controller admitted and has not settled. */
  readonly inflight: number;
  /** Share of the plant's processor that is busy, 0 to 1. Waiting for something slow downstream keeps none busy. */
  readonly utilisation: number;
}

/** Time between two readings of the plant, in milliseconds. */
export const TICK_MS = 100;

/** Decides who is let in. */
export interface Controller {
  admit(request: AdmissionRequest): Verdict;
  /** Called every {@link TICK_MS}. */
  tick?(load: PlantLoad): void;
  /** Asked when work comes to a slot, with its wait; `false`: it is dropped instead. */
  keep?(queueMs: number): boolean;
  /** What it reports, if it reports anything. */
  statuses?(): { readonly reported: OverloadStatus; readonly effective: OverloadStatus };
  /** What it takes now, for its gateways. */
  credit?(): Credit;
}

/** What a controller is given: time and randomness. */
export interface ControllerParts {
  readonly clock: Clock;
  readonly random: Random;
}

export type CreateController = (parts: ControllerParts) => Controller;
