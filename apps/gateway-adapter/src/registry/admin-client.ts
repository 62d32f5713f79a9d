import { SUBJECTS } from '@beamline/contracts/core';
import type { GatewayFailure } from '@beamline/gateway-adapter';
import { ask, type Asked, type NatsSource } from '@beamline/jetstream';
import { type AdminAnswer, readAdminReply } from './admin-answer.js';
import { ADMIN_SUBJECTS, type AdminQuestion } from './admin-subjects.js';

/** How administrators' questions are asked. */
export interface AdminClientOptions {
  /** The router's admin key; `undefined`: none is sent. */
  readonly apiKey: string | undefined;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Longest answer, in bytes. */
  readonly maxReplyBytes: number;
}

type Failed = Extract<Asked, { ok: false }>['reason'];

const unavailable = (message: string): GatewayFailure => ({
  code: 'unavailable',
  message,
  retryAfterSeconds: 1,
});
const FAILURES: Readonly<Record<Failed, GatewayFailure>> = {
  no_responders: unavailable('no router is listening'),
  timeout: { code: 'timeout', message: 'the router did not answer in time', retryAfterSeconds: 1 },
  disconnected: unavailable('the connection to the router is down'),
  refused: {
    code: 'invalid_request',
    message: 'the request is larger than the message broker accepts',
    status: 413,
  },
};

/** Asks the router what only administrators may ask. */
export class AdminClient {
  constructor(
    private readonly source: Pick<NatsSource, 'connection' | 'isConnected'>,
    private readonly options: AdminClientOptions,
  ) {}

  /** Asks once. Every expected failure is an answer. */
  async ask(question: AdminQuestion, request: object): Promise<AdminAnswer> {
    const subject = ADMIN_SUBJECTS[question];
    const { apiKey, timeoutMs, maxReplyBytes } = this.options;
    const asked = await ask(this.source, {
      subject,
      payload: JSON.stringify(request),
      timeoutMs,
      ...(apiKey !== undefined && { headers: { 'x-api-key': apiKey } }),
    });
    if (!asked.ok) return { ok: false, failure: await this.#whyNot(asked.reason, subject) };
    if (asked.data.length > maxReplyBytes) {
      const message = 'the answer of the router is too large';
      return { ok: false, failure: { code: 'internal', message } };
    }
    return readAdminReply(asked.data);
  }

  /** A router that answers other questions, and nobody for this one: it does not serve it. */
  async #whyNot(reason: Failed, subject: string): Promise<GatewayFailure> {
    if (reason !== 'no_responders') return FAILURES[reason];
    const { timeoutMs } = this.options;
    const payload = JSON.stringify({ subject: SUBJECTS.decide });
    const router = await ask(this.source, {
      subject: SUBJECTS.statusBackpressure,
      payload,
      timeoutMs,
    });
    if (!router.ok) return FAILURES[router.reason];
    const message = `the router does not serve ${subject}`;
    return { code: 'not_implemented', message, status: 501 };
  }
}
