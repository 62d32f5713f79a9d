/** Facts of an HTTP edge in front of the router: who was let in, and what became of messages. All labels are closed sets. */
export type EdgeEvent =
  | {
      readonly type: 'caller-refused';
      /** It did not say who it is, said something wrong, has a token that is genuine but no good, could not be checked; or its role or its tenants do not suffice. */
      readonly reason: 'missing' | 'wrong' | 'unfit' | 'unavailable' | 'role' | 'tenant';
    }
  | {
      readonly type: 'rate-limited';
      readonly family: 'decide' | 'messages' | 'registry';
    }
  | {
      /** Too many wrong keys from one address. */
      readonly type: 'address-blocked';
    }
  | {
      readonly type: 'message-published';
      readonly outcome: 'accepted' | 'refused' | 'unavailable';
      /** Until the stream had it, or until that was given up. */
      readonly durationMs: number;
    }
  | {
      readonly type: 'message-answered';
      readonly outcome: 'decided' | 'failed';
    }
  | { readonly type: 'stream-opened' }
  | {
      readonly type: 'stream-closed';
      readonly reason: StreamEnd;
    }
  | {
      readonly type: 'stream-refused';
      /** As many are open as the gateway, or the tenant, may have. */
      readonly reason: 'gateway' | 'tenant';
    };

/** Why an event stream ended: all was told, the client went, it lasted long enough, it read too slowly, the gateway stops. */
export type StreamEnd = 'done' | 'client' | 'expired' | 'slow' | 'draining';
