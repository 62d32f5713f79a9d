import { Controller } from '@nestjs/common';
import { QUEUES, SUBJECTS } from '@beamline/contracts/core';
import { type InboundRequest, RequestReplyHandler } from '@beamline/jetstream';
import { BackpressureQueries } from './backpressure-queries.js';

/** Longest question that is read: a subject of the largest size, with escapes and room around it. */
const MAX_QUERY_BYTES = 16_384;

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
  if (data.length > MAX_QUERY_BYTES) {
    return { ok: false, error: `a query is at most ${MAX_QUERY_BYTES} bytes (got ${data.length})` };
  }
  try {
    const query: unknown = JSON.parse(Buffer.from(data).toString());
    if (typeof query === 'object' && query !== null && !Array.isArray(query)) {
      return { ok: true, subject: 'subject' in query ? query.subject : undefined };
    }
  } catch {
    // Told below, together with what is JSON but no object.
  }
  return { ok: false, error: 'a query is a JSON object: {"subject": "<subject>"}' };
}
