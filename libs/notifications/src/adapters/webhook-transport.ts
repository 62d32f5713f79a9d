import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { answerResult, type AttemptResult, readRetryAfterMs } from '../core/delivery-plan.js';
import { guardedLookup } from './guarded-lookup.js';
import { HostResolver } from './host-resolver.js';
import type { WebhookCourierOptions } from './webhook-courier-options.js';
import { codeOf, failedAttempt, failureOf } from './webhook-failure.js';
import type { WebhookHeaders } from './webhook-signer.js';

/** One attempt to post a notification. */
export interface WebhookCall {
  readonly url: URL;
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  /** From 1. */
  readonly attempt: number;
  /** Cuts the attempt off. */
  readonly signal: AbortSignal;
}

/** How notifications are posted. */
export interface WebhookTransportOptions {
  /** For resolving, connecting, TLS, headers and body together, in milliseconds. Default 2000. */
  readonly timeoutMs?: number;
  /** Connections kept open to one host between notifications. Default 8. */
  readonly maxIdlePerHost?: number;
  /** Certificates (PEM) trusted besides those that Node brings. Default none. */
  readonly authorities?: readonly string[];
  /** Resolves names, and refuses addresses that must not be called. */
  readonly lookup: LookupFunction;
}

/** Bytes of an answer that are read. Nobody looks at them: it is enough to keep the connection for the next one. */
const MAX_ANSWER_BYTES = 4096;
const MAX_HEADER_BYTES = 8192;
/** For how long a connection is kept that is not used. */
const IDLE_MS = 10_000;

type Settle = (result: AttemptResult) => void;

/** Posts over HTTP and HTTPS: connections kept alive, certificates checked, redirects not followed, everything in time. */
export class WebhookTransport {
  readonly #timeoutMs: number;
  readonly #lookup: LookupFunction;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #ca: string[] | undefined;

  constructor({
    timeoutMs = 2000,
    maxIdlePerHost = 8,
    authorities = [],
    lookup,
  }: WebhookTransportOptions) {
    this.#timeoutMs = timeoutMs;
    this.#lookup = lookup;
    const agentOptions = { keepAlive: true, maxFreeSockets: maxIdlePerHost, timeout: IDLE_MS };
    this.#http = new HttpAgent(agentOptions);
    this.#https = new HttpsAgent(agentOptions);
    this.#ca = authorities.length > 0 ? [...rootCertificates, ...authorities] : undefined;
  }

  /** Makes one attempt. Never rejects. */
  async post(call: WebhookCall): Promise<AttemptResult> {
    const deadlineMs = performance.now() + this.#timeoutMs;
    try {
      const first = await this.#attempt(call, deadlineMs, true);
      if (first !== 'stale') return first;
      // A kept connection that the other side closed just then says nothing about the endpoint; nor whether it was told.
      const again = { ...call, attempt: call.attempt + 1 };
      return notStale(await this.#attempt(again, deadlineMs, false));
    } catch (error) {
      return failureOf(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #attempt(
    call: WebhookCall,
    deadlineMs: number,
    mayReuse: boolean,
  ): Promise<AttemptResult | 'stale'> {
    return new Promise((resolve) => {
      const request = this.#open(call, mayReuse);
      const settle = (result: AttemptResult | 'stale'): void => {
        clearTimeout(timer);
        resolve(result);
      };
      const timer = setTimeout(
        () => {
          settle(failedAttempt('timeout', `no whole answer within ${this.#timeoutMs} ms`));
          request.destroy();
        },
        Math.max(0, deadlineMs - performance.now()),
      );
      let isAnswered = false;
      request.on('response', (answer) => {
        isAnswered = true;
        drain(answer, call.attempt, settle);
      });
      // Once there is an answer, it tells how it ends. Without one, the socket may close and no error be told, as after 101.
      request.on('close', () => {
        if (!isAnswered) settle(failedAttempt('broken_answer', 'closed without an answer'));
      });
      request.on('error', (error) => {
        if (isAnswered) return;
        settle(isStale(request, error) ? 'stale' : failureOf(error));
      });
      request.end(call.body);
    });
  }

  #open({ url, headers, body, signal }: WebhookCall, mayReuse: boolean): ClientRequest {
    const isSecure = url.protocol === 'https:';
    const agent = isSecure ? this.#https : this.#http;
    const options = {
      method: 'POST',
      agent: mayReuse ? agent : false,
      lookup: this.#lookup,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: { ...headers, 'content-length': String(body.byteLength) },
      signal,
    };
    if (!isSecure) return httpRequest(url, options);
    // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    const trust = { rejectUnauthorized: true, ...(this.#ca !== undefined && { ca: this.#ca }) };
    return httpsRequest(url, { ...options, ...trust });
  }
}

/** The transport of a courier: it connects to what the courier's guard lets it connect to. */
export function guardedTransport(
  { guard, resolve, authorities = [] }: WebhookCourierOptions,
  timeoutMs: number,
): WebhookTransport {
  const resolver = new HostResolver(resolve === undefined ? {} : { resolve });
  const lookup = guardedLookup(
    (host) => resolver.resolve(host),
    (host, address) => guard.refusalOf(host, address),
  );
  return new WebhookTransport({ timeoutMs, authorities, lookup });
}

/** Reads an answer to its end, or as much of it as is read of any, and judges it by its status. */
function drain(answer: IncomingMessage, attempt: number, settle: Settle): void {
  const status = answer.statusCode ?? 0;
  const retryAfterMs = readRetryAfterMs(answer.headers['retry-after']);
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) return;
    settle(answerResult(status, attempt, retryAfterMs));
    answer.destroy();
  });
  answer.on('end', () => settle(answerResult(status, attempt, retryAfterMs)));
  answer.on('error', (error) => {
    settle({ ...failedAttempt('broken_answer', error.message), httpStatus: status });
  });
}

function isStale(request: ClientRequest, error: Error): boolean {
  return request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function notStale(result: AttemptResult | 'stale'): AttemptResult {
  return result === 'stale' ? failedAttempt('connection', 'the connection was closed') : result;
}
