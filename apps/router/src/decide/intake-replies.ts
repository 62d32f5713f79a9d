import { HEADERS } from '@beamline/contracts/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import type { IntakeEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import { isSafeReplySubject } from './reply-subject.js';
import { traceHeaders } from './trace-headers.js';

/** Sends an answer to a subject. @returns `false` when there is no connection. @throws when the driver refuses it. */
export type SendReply = (
  subject: string,
  body: string,
  headers: Record<string, string> | undefined,
) => boolean;

/** Ids of a request, as far as they could be read. */
export interface RequestIds {
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** Answers durable requests: at the subject the request names, else at the common one. */
export class IntakeReplies {
  constructor(
    private readonly send: SendReply,
    private readonly defaultSubject: string,
    private readonly observe: Observer<IntakeEvent>,
  ) {}

  /** Sends `body` to whoever waits for this message. @returns `false` when there is no connection: the same answer may succeed later. */
  reply(message: InboundJetStreamMessage, ids: RequestIds, body: string): boolean {
    const wanted = message.headers.get(HEADERS.replyTo);
    const subject = wanted && isSafeReplySubject(wanted) ? wanted : this.defaultSubject;
    try {
      if (this.send(subject, body, traceHeaders(message.headers, ids.traceId))) return true;
      this.observe({ type: 'reply-failed', subject: message.subject });
      return false;
    } catch {
      // The driver refuses this very answer: it would refuse it again.
      this.observe({ type: 'reply-failed', subject: message.subject });
      return true;
    }
  }
}
