import { exponential, lognormal, normal, seededRandom } from './random.js';
import type { TraceLine } from './trace.js';

const REQUESTS = 19_366;
const MEAN_GAP_MS = 180.8;
/** The rate of arrivals wanders: deviation of its logarithm, how often it moves, and how much of it stays each time. */
const [RATE_SIGMA, STEP_MS, MEMORY] = [0.22, 10_000, 0.984];
/** Deviation of the logarithm of the work of a request: the coefficient of variation measured is 0.77. */
const WORK_SIGMA = 0.68;
/** When requests come at twice the rate, each is this power of two times as much work: busy hours bring shorter ones. */
const WORK_BY_RATE = -0.56;

/**
 * Arrivals made after the figures of one hour of a conversation service: the Azure LLM inference trace 2023 (P. Patel et al., "Splitwise",
 * ISCA 2024; AzurePublicDataset, CC BY) has 19 366 requests at 5.53 per second, a variance over mean of 1.4, 3.9 and 16 in windows of
 * 1, 10 and 60 s, generated tokens with a coefficient of variation of 0.77, and fewer of them per request the more requests come (correlation
 * by the minute -0.9). Here: Poisson arrivals whose rate is lognormal and wanders slowly, and lognormal work that shrinks as the rate grows.
 * It is a model, not the trace: give the file itself where it is at hand.
 */
export function fittedTrace(seed: number): TraceLine[] {
  const random = seededRandom(seed);
  const lines: TraceLine[] = [];
  let wander = normal(random);
  let [atMs, moveMs] = [0, STEP_MS];
  while (lines.length < REQUESTS) {
    const rate = Math.exp(RATE_SIGMA * wander - (RATE_SIGMA * RATE_SIGMA) / 2);
    const gapMs = exponential(random, MEAN_GAP_MS / rate);
    if (atMs + gapMs > moveMs) {
      atMs = moveMs;
      moveMs += STEP_MS;
      wander = MEMORY * wander + Math.sqrt(1 - MEMORY * MEMORY) * normal(random);
      continue;
    }
    atMs += gapMs;
    lines.push({ atMs, work: lognormal(random, rate ** WORK_BY_RATE, WORK_SIGMA) });
  }
  return lines;
}
