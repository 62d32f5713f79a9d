import { Controller } from '@nestjs/common';
import { QUEUES, readJson, SUBJECTS } from '@beamline/contracts/core';
import { type InboundRequest, RequestReplyHandler } from '@beamline/jetstream';
import { AdminAccess } from '../admin-access.js';
import { type GatewayAnswer, GatewayRegistrations } from './gateway-registrations.js';

/** Longest request: an endpoint of the largest size, with escapes and room around it. */
const MAX_REQUEST_BYTES = 16_384;
const OPTIONS = { queue: QUEUES.gateways, isExempt: true };

/** As {@link GatewaysHttpController}, over NATS. The admin key comes in the header `x-api-key`. */
@Controller()
export class GatewaysNatsController {
  constructor(
    private readonly registrations: GatewayRegistrations,
    private readonly access: AdminAccess,
  ) {}

  @RequestReplyHandler(SUBJECTS.gatewayRegister, OPTIONS)
  async register(message: InboundRequest): Promise<string> {
    return this.#answer(message, async (body) => {
      const answer = await this.registrations.register(body);
      return answer.ok ? { ok: true, data: answer.data.document } : answer;
    });
  }

  @RequestReplyHandler(SUBJECTS.gatewayUnregister, OPTIONS)
  async unregister(message: InboundRequest): Promise<string> {
    return this.#answer(message, (body) => this.registrations.unregister(body));
  }

  @RequestReplyHandler(SUBJECTS.gatewayList, OPTIONS)
  async list(message: InboundRequest): Promise<string> {
    return this.#answer(message, () => ({ ok: true, data: this.registrations.list() }));
  }

  async #answer(
    { data, headers }: InboundRequest,
    work: (body: unknown) => GatewayAnswer<unknown> | Promise<GatewayAnswer<unknown>>,
  ): Promise<string> {
    const verdict = this.access.judgeMessage(headers.get('x-api-key'));
    if (!verdict.ok) return failure(verdict.error, verdict.message);
    const read = readJson(data, MAX_REQUEST_BYTES);
    // Nothing, for what is no JSON: whoever needs a body says what it must be.
    const answer = await work(read.ok ? read.value : undefined);
    return answer.ok
      ? JSON.stringify({ success: true, data: answer.data })
      : failure(answer.error, answer.message);
  }
}

function failure(error: string, message: string): string {
  return JSON.stringify({ success: false, error, message });
}
