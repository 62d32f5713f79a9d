import type { Observer } from '@beamline/kernel';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayEvent, WebhookOutcome } from '../core/gateway.events.js';
import type { HttpAnswer } from '../core/http-answer.js';
import { readNotification } from '../core/read-load.js';
import type { Heard, RouterLoad } from '../core/router-load.js';
import type { RequestReader } from './request-reader.js';
import { WebhookReceiver, type WebhookReceiverOptions } from './webhook-receiver.js';

/** What a {@link NotificationInbox} stands on. */
export interface NotificationInboxParts {
  readonly reader: RequestReader;
  /** Hands a load on; `undefined` when its subject is not followed. */
  readonly deliver: (load: RouterLoad) => Heard | undefined;
  readonly observe: Observer<GatewayEvent>;
}

const RECEIVED: HttpAnswer = { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };

/**
 * Takes notifications that the router posts. 204 says that one was received and may be believed; whether it told
 * something new is the gateway's own affair: over NATS the same may have come before.
 */
export class NotificationInbox {
  readonly #receiver: WebhookReceiver | undefined;

  /** `options` left out: notifications are not expected, and answered with 404. @throws RangeError when one is out of range. */
  constructor(
    options: WebhookReceiverOptions | undefined,
    private readonly parts: NotificationInboxParts,
  ) {
    this.#receiver = options && new WebhookReceiver(options);
  }

  receive(headers: HttpHeaders, body: Uint8Array | undefined): HttpAnswer {
    if (this.#receiver === undefined) {
      const message = 'notifications over HTTP are not expected here';
      return this.parts.reader.refuse(headers, { code: 'not_found', message, status: 404 });
    }
    const received = this.#receiver.receive(headers, body);
    if (!received.ok) {
      const { problem, status, message } = received;
      return this.#refuse(headers, { outcome: problem, status, message });
    }
    const read = readNotification(received.value);
    if (!read.ok) {
      return this.#refuse(headers, { outcome: 'malformed', status: 400, message: read.problem });
    }
    const heard = this.parts.deliver(read.load);
    this.#tell(heard === undefined ? 'not_followed' : 'heard');
    return RECEIVED;
  }

  #refuse(
    headers: HttpHeaders,
    refused: {
      readonly outcome: WebhookOutcome;
      readonly status: number;
      readonly message: string;
    },
  ): HttpAnswer {
    const { outcome, status, message } = refused;
    this.#tell(outcome);
    const code = status === 401 ? 'unauthorized' : 'invalid_request';
    return this.parts.reader.refuse(headers, {
      code,
      message,
      status,
      details: { problem: outcome },
    });
  }

  #tell(outcome: WebhookOutcome): void {
    this.parts.observe({ type: 'webhook-received', outcome });
  }
}
