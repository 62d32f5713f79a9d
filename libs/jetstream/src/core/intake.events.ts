/** Facts of the intake: messages that came over NATS, through either door. */
export type IntakeEvent =
  | { readonly type: 'received'; readonly subject: string }
  | {
      readonly type: 'settled';
      readonly subject: string;
      /** How the message ended: a closed set. */
      readonly status: IntakeStatus;
      /** From arrival to the answer, in milliseconds. */
      readonly durationMs: number;
    }
  | { readonly type: 'missing-context-headers' }
  | { readonly type: 'rejected'; readonly subject: string; readonly errorCode: string }
  | { readonly type: 'duplicate'; readonly subject: string }
  | { readonly type: 'idempotency-lookup'; readonly hit: boolean }
  | { readonly type: 'idempotency-conflict' }
  | { readonly type: 'acked' }
  | { readonly type: 'naked'; readonly reason: NakReason; readonly delayMs: number }
  | { readonly type: 'redelivered'; readonly subject: string; readonly deliveryCount: number }
  | { readonly type: 'max-deliver-exhausted'; readonly subject: string }
  | {
      readonly type: 'dead-lettered';
      readonly subject: string;
      readonly reason: string;
      readonly errorCode: string;
    }
  | { readonly type: 'dead-letter-failed'; readonly subject: string; readonly reason: string }
  | { readonly type: 'reply-failed'; readonly subject: string }
  | {
      readonly type: 'handler-failed';
      readonly subject: string;
      /** For the log only: never a label. */
      readonly error: string;
    }
  | {
      readonly type: 'record-skipped';
      readonly reason: 'rate' | 'queue-full' | 'publish-failed';
      /** Records this is about. Default 1. */
      readonly count?: number;
    }
  | { readonly type: 'inflight'; readonly subject: string; readonly messages: number };

/** How a message that came in over NATS ended. */
export type IntakeStatus = 'success' | 'duplicate' | 'failed' | 'dead_lettered' | 'retried';

/** Why a message was handed back for redelivery (contract values). */
export type NakReason =
  | 'tenant_validation_failed'
  | 'backoff'
  | 'backpressure'
  | 'ack_error'
  | 'nak_error'
  | 'processing_timeout'
  | 'publish_error'
  | 'nats_disconnect'
  | 'maxdeliver_exhausted';
