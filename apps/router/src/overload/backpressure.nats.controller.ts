import { Controller } from '@nestjs/common';
import { QUEUES, readJson, SUBJECTS } from '@beamline/contracts/core';
import { type InboundRequest, RequestReplyHandler } from '@beamline/jetstream';
import { BackpressureQueries } from './backpressure-queries.js';

/** Longest question that is read: a subject of the largest size, with escapes and room around it. */
const MAX_QUERY_BYTES = 16_384;
const QUERY = 'a query is a JSON object: {"subject": "<subject>"}';

/** Tells the overload status over NATS. Never refused for overload: whoever asks wants to know how bad it is. */
@Controller()
export class BackpressureNatsController {
  constructor(private readonly queries: BackpressureQueries) {}

  @RequestReplyHandler(SUBJECTS.statusBackpressure, {
    queue: QUEUES.statusBackpressure,
    isExempt: true,
  })
  status(message: InboundRequest): Promise<string> {
    return this.#answer(message.data);
  }

  @RequestReplyHandler(SUBJECTS.statusBackpressureV2, {
    queue: QUEUES.statusBackpressure,
    isExempt: true,
  })
  statusV2(message: InboundRequest): Promise<string> {
    return this.#answer(message.data);
  }

  async #answer(data: Uint8Array): Promise<string> {
    const query = readQuery(data);
    if (!query.ok) return JSON.stringify({ success: false, error: query.error });
    return JSON.stringify({ success: true, data: await this.queries.status(query.subject) });
  }
}

type Query =
  { readonly ok: true; readonly subject: unknown } | { readonly ok: false; readonly error: string };

function readQuery(data: Uint8Array): Query {
  const read = readJson(data, MAX_QUERY_BYTES);
  if (!read.ok) return { ok: false, error: `${QUERY}; ${read.problem}` };
  const { value } = read;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ok: true, subject: 'subject' in value ? value.subject : undefined };
  }
  return { ok: false, error: QUERY };
}
