import {
  type DecideOutcome,
  type Gateway,
  type GatewayTicket,
  type HttpAnswer,
  type HttpHeaders,
  type ReadRequest,
  readWish,
  type RouterClient,
  toHttpAnswer,
  type WishRules,
} from '@beamline/gateway-adapter';

/** What is known of a request that was let in. */
export interface LetIn {
  readonly headers: HttpHeaders;
  /** `undefined`: the load is left to the router. */
  readonly ticket: GatewayTicket | undefined;
}

/** What a {@link DecideDesk} stands on. */
export interface DecideDeskParts extends WishRules {
  readonly gateway: Pick<Gateway, 'decide' | 'getDecision'>;
  /** Asks without looking at the load. */
  readonly router: Pick<RouterClient, 'decide'>;
  /** Status of a refusal for load, whoever refuses. */
  readonly refusalStatus: 429 | 503;
}

/** Asks the router for decisions, and puts its answers into HTTP. */
export class DecideDesk {
  constructor(private readonly parts: DecideDeskParts) {}

  /** Asks for a decision; `body` is passed on byte for byte. */
  async decide(request: ReadRequest, body: Uint8Array, letIn: LetIn): Promise<HttpAnswer> {
    const outcome = await this.#ask(request, body, letIn);
    if (outcome.kind === 'shed') return outcome.refusal.http(letIn.headers);
    return toHttpAnswer(outcome, request.context, this.parts.refusalStatus);
  }

  /** Asks for a decision made earlier. */
  async getDecision({ requestId, call, context }: ReadRequest): Promise<HttpAnswer> {
    return toHttpAnswer(await this.parts.gateway.getDecision(requestId, call), context);
  }

  #ask(
    { call }: ReadRequest,
    body: Uint8Array,
    { headers, ticket }: LetIn,
  ): Promise<DecideOutcome> {
    const { gateway, router } = this.parts;
    if (ticket !== undefined) return gateway.decide(body, { ...call, ticket });
    return router.decide(body, { ...call, ...readWish(headers, this.parts) });
  }
}
