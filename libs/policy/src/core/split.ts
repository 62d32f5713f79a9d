import type { CompiledPolicy } from './compiled-policy.js';
import { unfitnessOf } from './fitness.js';
import { hash32, mix32 } from './hash.js';
import type { RouteRequest } from './route-request.js';
import type { RoutingSnapshot } from './snapshot.js';

const TO_UNIT = 2 ** -32;

/** The key of a request in the split of a policy. */
export function splitKey(policy: CompiledPolicy, text: string): number {
  return hash32(text, policy.splitSeed);
}

/** A number from 0 to 1, both excluded, that belongs to a key and a provider and to nothing else. */
export function unitOf(key: number, seed: number): number {
  return ((mix32(key ^ seed) >>> 0) + 0.5) * TO_UNIT;
}

/**
 * Draws a provider by weighted rendezvous: every provider gets the score `-ln(u) / weight` and the lowest fit one wins.
 * Shares over many keys equal the weights, and a provider that leaves or joins moves only its own keys.
 * @returns its place in the table, or -1 when nobody is fit.
 */
export function drawProvider(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  key: number,
): number {
  const { ids, weights, seeds, active } = policy.providers;
  let best = -1;
  let bestScore = Infinity;
  for (let index = 0; index < active; index += 1) {
    const weight = weights[index] ?? 0;
    const unit = unitOf(key, seeds[index] ?? 0);
    // As -ln(u) ≥ 1 - u, most losers show without a logarithm, and only would-be winners are looked at closely.
    if (1 - unit >= bestScore * weight) continue;
    const score = -Math.log(unit) / weight;
    if (score >= bestScore) continue;
    if (unfitnessOf(policy, request, snapshot, ids[index] ?? '') !== undefined) continue;
    best = index;
    bestScore = score;
  }
  return best;
}
