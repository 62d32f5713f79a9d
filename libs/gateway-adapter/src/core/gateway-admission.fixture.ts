import type { Criticality } from '@beamline/contracts/core';
import { GatewayAdmission } from './gateway-admission.js';
import type { GatewayAdmissionOptions, GatewayVerdict } from './gateway-admission-types.js';
import type { GatewayRefusalReason } from './gateway-refusal-reason.js';
import type { GatewayLoadEvent } from './gateway.events.js';

/** In the middle of all draws. */
const half = (): number => 0.5;

/** Why a request was refused, or that it was not. */
export const reasonOf = (verdict: GatewayVerdict): GatewayRefusalReason | 'admitted' =>
  verdict.admitted ? 'admitted' : verdict.reason;

/** A gateway and everything it tells. */
export function aGateway(options: GatewayAdmissionOptions = {}, random = half) {
  const events: GatewayLoadEvent[] = [];
  const observe = (event: GatewayLoadEvent): void => void events.push(event);
  const admission = new GatewayAdmission({ ...options, observe }, random);
  const ask = (nowMs: number, criticality: Criticality = 'default') =>
    reasonOf(admission.admit({ criticality }, nowMs));
  return { admission, events, ask, types: () => events.map(({ type }) => type) };
}

/** Sends evenly at a rate; the router takes so many of ten. The time afterwards. */
export function send(
  admission: GatewayAdmission,
  {
    fromMs,
    seconds,
    perSecond,
    taken = 10,
  }: Record<'fromMs' | 'seconds' | 'perSecond', number> & { taken?: number },
): { nowMs: number; refusedHere: number; asked: number } {
  let [nowMs, refusedHere, sent, asked] = [fromMs, 0, 0, 0];
  for (; nowMs < fromMs + seconds * 1_000; nowMs += 1_000 / perSecond) {
    asked += 1;
    if (!admission.admit({ criticality: 'default' }, nowMs).admitted) {
      refusedHere += 1;
      continue;
    }
    admission.settle(sent % 10 < taken ? 'accepted' : 'refused', nowMs);
    sent += 1;
  }
  return { nowMs, refusedHere, asked };
}
