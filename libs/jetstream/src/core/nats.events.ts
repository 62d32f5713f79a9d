/** Facts of the connection to NATS and of publishing. Reasons are closed sets, so that they can be labels. */
export type NatsEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'reconnecting' }
  | { readonly type: 'reconnected' }
  | {
      readonly type: 'connect-failed';
      readonly reason: NatsFailure;
      /** What the driver or the plan said, for logs only: never a label. */
      readonly message?: string;
    }
  | { readonly type: 'closed' }
  | { readonly type: 'published' }
  | {
      readonly type: 'published-with-ack';
      readonly durationMs: number;
      readonly duplicate: boolean;
    }
  | {
      readonly type: 'publish-failed';
      readonly withAck: boolean;
      readonly reason: NatsFailure;
      readonly stream: string;
      /** What the server or the driver said, for logs only: never a label. */
      readonly message?: string;
    }
  | { readonly type: 'publish-window'; readonly pending: number }
  | { readonly type: 'subscribed' }
  | {
      readonly type: 'subscribe-failed';
      readonly reason: NatsFailure;
      /** What the driver or the plan said, for logs only: never a label. */
      readonly message?: string;
    }
  /** Streams and buckets that somebody deleted while we ran were made anew. What they held is gone. */
  | { readonly type: 'restored'; readonly names: readonly string[] };

/** Why something on NATS failed. */
export type NatsFailure =
  | 'timeout'
  | 'connection'
  | 'nack'
  | 'broker_error'
  | 'no_stream'
  | 'wrong_sequence'
  | 'window_full'
  | 'unknown';
