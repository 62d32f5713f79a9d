import type { HttpHeaders } from '../core/check-headers.js';
import { type GatewayFailure, type HttpAnswer, toHttpAnswer } from '../core/http-answer.js';
import type { RandomHex } from '../core/trace-context.js';
import { RequestReader } from './request-reader.js';
import type { RouterClient } from './router-client.js';

/** The decide routes of a gateway as plain functions from request to response: any HTTP server can carry them. */
export class DecideGateway {
  readonly #reader: RequestReader;

  constructor(
    private readonly router: Pick<RouterClient, 'decide' | 'getDecision'>,
    randomHex?: RandomHex,
  ) {
    this.#reader = new RequestReader(randomHex);
  }

  /** `POST /api/v1/routes/decide`. `body` is the request's body as it came; it is passed on byte for byte. */
  async decide(headers: HttpHeaders, body: Uint8Array | undefined): Promise<HttpAnswer> {
    const read = this.#reader.readDecide(headers, body);
    if (!read.ok) return read.answer;
    const { call, context } = read.request;
    return toHttpAnswer(await this.router.decide(body ?? NO_BYTES, call), context);
  }

  /** `GET /api/v1/routes/decide/:messageId`. The tenant must come in `X-Tenant-ID`: there is no body to name it. */
  async getDecision(headers: HttpHeaders, messageId: string): Promise<HttpAnswer> {
    const read = this.#reader.readQuestion(headers, 'messageId', messageId);
    if (!read.ok) return read.answer;
    const { call, context } = read.request;
    return toHttpAnswer(await this.router.getDecision(messageId, call), context);
  }

  /** A response for a failure outside the two routes, in the same shape and with the same headers. */
  refuse(headers: HttpHeaders, failure: GatewayFailure): HttpAnswer {
    return this.#reader.refuse(headers, failure);
  }
}

const NO_BYTES = new Uint8Array();
