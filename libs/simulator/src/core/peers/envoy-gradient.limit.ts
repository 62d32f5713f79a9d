import type { Completion, ControllerParts } from '../controller.js';
import { quantile } from '../figures.js';
import { clamp, limiting, type Limit } from './limit.js';

const [LEAST, MOST] = [3, 1000];
const [PROBE_SAMPLES, PROBE_EVERY_MS, JITTER] = [50, 60_000, 0.15];
const [WINDOW_MS, BUFFER] = [100, 0.25];
/** Windows at the least limit after which the shortest round trip is measured anew. */
const WINDOWS_AT_LEAST = 5;

/** Envoy's adaptive concurrency (gradient controller) with the intervals of its documentation: p50, probes for the shortest round trip. */
export const envoyGradient = limiting((parts) => new EnvoyLimit(parts));

class EnvoyLimit implements Limit {
  most = LEAST;
  readonly #parts: ControllerParts;
  #samplesMs: number[] = [];
  /** The limit to go back to; `undefined`: not probing. */
  #beforeProbe: number | undefined = LEAST;
  #shortestMs = 0;
  #nextProbeMs = 0;
  #nextWindowMs = 0;
  #atLeast = 0;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  sample({ roundTripMs }: Completion): void {
    this.#samplesMs.push(roundTripMs);
    if (this.#beforeProbe !== undefined && this.#samplesMs.length >= PROBE_SAMPLES) {
      this.#endProbe(this.#beforeProbe);
    }
  }

  tick(): void {
    if (this.#beforeProbe !== undefined) return;
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs >= this.#nextProbeMs) return this.#startProbe();
    if (nowMs < this.#nextWindowMs) return;
    this.#nextWindowMs = nowMs + WINDOW_MS;
    if (this.#samplesMs.length > 0) this.#update(quantile(this.#samplesMs, 0.5));
    this.#samplesMs = [];
  }

  #startProbe(): void {
    this.#beforeProbe = this.most;
    this.most = LEAST;
    this.#samplesMs = [];
  }

  #endProbe(limit: number): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#shortestMs = quantile(this.#samplesMs, 0.5);
    this.#samplesMs = [];
    this.#beforeProbe = undefined;
    this.most = limit;
    this.#nextProbeMs = nowMs + PROBE_EVERY_MS * (1 + JITTER * this.#parts.random());
    this.#nextWindowMs = nowMs + WINDOW_MS;
  }

  #update(sampleMs: number): void {
    const gradient = clamp((this.#shortestMs * (1 + BUFFER)) / sampleMs, 0.5, 2);
    const scaled = this.most * gradient;
    const next = clamp(Math.floor(scaled + Math.sqrt(scaled)), LEAST, MOST);
    this.#atLeast = next === LEAST && this.most === LEAST ? this.#atLeast + 1 : 0;
    if (this.#atLeast >= WINDOWS_AT_LEAST) this.#nextProbeMs = 0;
    this.most = next;
  }
}
