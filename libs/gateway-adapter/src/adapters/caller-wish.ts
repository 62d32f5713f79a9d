import {
  type Criticality,
  OVERLOAD_HEADERS,
  readCriticality,
  readTimeoutMs,
} from '@beamline/contracts/core';
import type { HttpHeaders } from '../core/check-headers.js';

/** What a caller says of its request, as far as it is believed: it counts here, and goes on to the router. */
export interface CallerWish {
  readonly criticality: Criticality;
  /** `critical_plus`: the router may let it in beyond the budget of its class. */
  readonly plus?: boolean | undefined;
  /** How often the caller has tried before: 0 the first time. */
  readonly attempt: number;
  /** Which step of a workflow it is, from 1. */
  readonly workflowStep?: number | undefined;
  /** What is left of the caller's patience, in milliseconds; `undefined`: it did not say. */
  readonly timeoutMs: number | undefined;
}

/** Who is believed what. */
export interface WishRules {
  /** Whether who sent these headers may call its request more important than others. */
  readonly mayRaise: (headers: HttpHeaders) => boolean;
  /** Longest time that callers are waited for, in milliseconds, whatever they say. */
  readonly maxTimeoutMs: number;
}

const ATTEMPT = /^\d{1,3}$/;
const STEP = /^\d{1,6}$/;

/** Reads what a caller says of its request. What is unreadable was not said; more important is only who may be. */
export function readWish(headers: HttpHeaders, { mayRaise, maxTimeoutMs }: WishRules): CallerWish {
  const said = headers[OVERLOAD_HEADERS.criticality];
  const step = numberIn(headers, OVERLOAD_HEADERS.workflowStep, STEP);
  const isTrusted = (said !== undefined || step !== undefined) && mayRaise(headers);
  const { criticality, plus } = readCriticality(said, isTrusted);
  const patience = headers[OVERLOAD_HEADERS.timeoutMs];
  const timeoutMs = typeof patience === 'string' ? readTimeoutMs(patience) : undefined;
  return {
    criticality,
    plus,
    attempt: numberIn(headers, OVERLOAD_HEADERS.attempt, ATTEMPT) ?? 0,
    workflowStep: isTrusted ? step : undefined,
    timeoutMs: timeoutMs === undefined ? undefined : Math.min(timeoutMs, maxTimeoutMs),
  };
}

function numberIn(headers: HttpHeaders, name: string, form: RegExp): number | undefined {
  const said = headers[name];
  return typeof said === 'string' && form.test(said) ? Number(said) : undefined;
}
