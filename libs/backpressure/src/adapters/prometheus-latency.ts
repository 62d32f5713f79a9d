import { readJson } from '@beamline/contracts/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import type { OverloadEvent } from '../core/index.js';

/** Settings of {@link PrometheusLatency}. */
export interface PrometheusLatencyOptions {
  /** Base URL, `http` or `https`, like `http://prometheus:9090`. Name and password in it become Basic authentication. */
  readonly url: string;
  /** How long an answer may take, in milliseconds. Default 2 000. */
  readonly timeoutMs?: number;
  /** Largest answer, in bytes. Default 65 536. */
  readonly maxBytes?: number;
  readonly observe?: Observer<OverloadEvent>;
}

const QUANTILE = 0.95;
const METRIC = 'router_intake_processing_latency_seconds_bucket';
const MAX_PROBLEM_LENGTH = 200;

/**
 * Asks a Prometheus for the p95 of a subject, for when this process has no samples of its own: after a restart, or
 * where others do the work.
 */
export class PrometheusLatency {
  readonly #endpoint: URL;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #observe: Observer<OverloadEvent>;
  readonly #asking = new Map<string, Promise<number | undefined>>();
  readonly #underWay = new Set<AbortController>();

  /** @throws RangeError when the URL is none, or not of HTTP. */
  constructor(options: PrometheusLatencyOptions) {
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#maxBytes = options.maxBytes ?? 65_536;
    this.#observe = options.observe ?? ignoreEvents;
    const base = baseUrlOf(options.url);
    this.#headers = { accept: 'application/json', ...authorizationOf(base) };
    this.#endpoint = new URL('api/v1/query', base);
    this.#endpoint.username = '';
    this.#endpoint.password = '';
  }

  /**
   * The p95 of a subject over the last minute, in milliseconds; `undefined` when there were no requests or Prometheus
   * does not answer. Never throws. Calls for a subject that is being asked for share one question.
   */
  p95Ms(subject: string): Promise<number | undefined> {
    const asking = this.#asking.get(subject);
    if (asking !== undefined) return asking;
    const asked = this.#ask(subject).finally(() => this.#asking.delete(subject));
    this.#asking.set(subject, asked);
    return asked;
  }

  /** Asks nothing more; what is being asked ends with `undefined`. */
  stop(): void {
    for (const abort of this.#underWay) abort.abort();
  }

  async #ask(subject: string): Promise<number | undefined> {
    const abort = new AbortController();
    const timeout = setTimeout(
      () => abort.abort(new Error(`no answer within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    );
    this.#underWay.add(abort);
    try {
      const seconds = secondsIn(await this.#fetch(subject, abort.signal));
      const source = seconds === undefined ? 'unknown' : 'prometheus';
      this.#observe({ type: 'p95-calculated', subject, source });
      return seconds === undefined ? undefined : seconds * 1_000;
    } catch (problem) {
      const error = messageOf(problem);
      this.#observe({ type: 'p95-calculated', subject, source: 'unknown', error });
      return undefined;
    } finally {
      clearTimeout(timeout);
      this.#underWay.delete(abort);
    }
  }

  async #fetch(subject: string, signal: AbortSignal): Promise<unknown> {
    const url = new URL(this.#endpoint);
    url.searchParams.set('query', latencyQuery(subject));
    const answer = await fetch(url, {
      headers: this.#headers,
      // An answer from elsewhere is not the one that was asked for, and elsewhere must not be asked in our name.
      redirect: 'error',
      signal,
    });
    const body = await this.#bodyOf(answer);
    if (!answer.ok) throw new Error(`Prometheus answered ${answer.status}`);
    const json = readJson(body, this.#maxBytes);
    if (!json.ok) throw new Error(`the answer of Prometheus is of no use: ${json.problem}`);
    return json.value;
  }

  async #bodyOf(answer: Response): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Leaving the loop early ends the transfer.
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > this.#maxBytes) {
        throw new Error(`the answer of Prometheus has more than ${this.#maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

/** The question for the p95 of a subject. */
export function latencyQuery(subject: string): string {
  const selector = `${METRIC}{subject="${escapeLabel(subject)}"}[1m]`;
  return `histogram_quantile(${QUANTILE}, sum by (le) (rate(${selector})))`;
}

/** A string literal of PromQL follows the rules of Go: no raw newline, and backslash and quote are escaped. */
function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function baseUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RangeError(
      'prometheusUrl must be a URL of http or https, like http://prometheus:9090',
    );
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const plain = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What it says is a secret.
    throw new RangeError('name and password in prometheusUrl must be percent-encoded UTF-8');
  }
}

/**
 * The one value of an answer to an instant query; `undefined`: nobody has counted a request.
 * @throws Error when it is no such answer.
 */
function secondsIn(answer: unknown): number | undefined {
  const series = fieldOf(fieldOf(answer, 'data'), 'result');
  if (!Array.isArray(series)) throw new Error('Prometheus gave no result');
  if (series.length === 0) return undefined;
  const value = fieldOf(series[0], 'value');
  const text: unknown = Array.isArray(value) ? value[1] : undefined;
  // Without requests in the last minute the quantile is NaN.
  if (text === 'NaN') return undefined;
  const seconds = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  if (seconds >= 0 && seconds < Infinity) return seconds;
  throw new Error(`Prometheus gave no latency (it said ${JSON.stringify(text)?.slice(0, 32)})`);
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function messageOf(problem: unknown): string {
  if (!(problem instanceof Error)) return 'it failed';
  // The driver says "fetch failed", and the reason is in the cause.
  const { cause } = problem;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : problem.message;
  return reason.slice(0, MAX_PROBLEM_LENGTH);
}
