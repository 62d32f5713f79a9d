import type { EdgeEvent } from '@beamline/gateway-adapter';
import type { Observer } from '@beamline/kernel';
import { EventStream, type EventStreamOptions, type StreamWire } from './event-stream.js';
import type { MessageBoard } from './message-board.js';
import { messageKey } from './message-key.js';
import type { MessageProgress } from './message-progress.js';
import type { Message, MessageIds } from './message-state.js';
import { eventOf, isNewTo, type Seen } from './stream-events.js';

/** What a {@link StreamDesk} stands on. */
export interface StreamDeskParts {
  readonly board: MessageBoard;
  readonly progress: Pick<MessageProgress, 'follow'>;
  readonly observe: Observer<EdgeEvent>;
}

/** Bounds of all event streams together. */
export interface StreamDeskOptions extends EventStreamOptions {
  readonly maxStreams: number;
  readonly maxStreamsPerTenant: number;
}

/** A client that wants the events of a message. */
export interface StreamRequest {
  readonly ids: MessageIds;
  readonly seen: Seen;
  /** Go before the stream's own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Opens event streams, as many as there may be, and ends them all. */
export class StreamDesk {
  readonly #open = new Set<EventStream>();
  readonly #perTenant = new Map<string, number>();
  #isDraining = false;

  constructor(
    private readonly parts: StreamDeskParts,
    private readonly options: StreamDeskOptions,
  ) {}

  /** Whose bound forbids one more stream of the tenant; `undefined`: none does. */
  full(tenantId: string): 'gateway' | 'tenant' | undefined {
    const { maxStreams, maxStreamsPerTenant } = this.options;
    const reason = this.#reasonFor(tenantId, maxStreams, maxStreamsPerTenant);
    if (reason !== undefined) this.parts.observe({ type: 'stream-refused', reason });
    return reason;
  }

  /** Tells a client where the message stands, and then every step until it is done. Of one that is gone, nothing stays. */
  open(wire: StreamWire, { ids, seen, headers }: StreamRequest): void {
    if (wire.destroyed) return;
    const { board, progress, observe } = this.parts;
    const key = messageKey(ids.tenantId, ids.messageId);
    const leave = progress.follow(ids);
    const stream = new EventStream(wire, this.options, (reason) => {
      unwatch();
      leave();
      this.#open.delete(stream);
      this.#count(ids.tenantId, -1);
      observe({ type: 'stream-closed', reason });
    });
    const tell = (message: Message): void => {
      if (isNewTo(seen, message.state)) stream.send(eventOf(ids, message));
      if (message.state.stage === 'done') stream.end('done');
    };
    const unwatch = board.watch(key, tell);
    this.#open.add(stream);
    this.#count(ids.tenantId, 1);
    observe({ type: 'stream-opened' });
    stream.open(headers);
    const message = board.find(key);
    if (message !== undefined) tell(message);
  }

  /** Ends all streams and opens no more; their clients go on at another gateway. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of this.#open) stream.end('draining');
  }

  #reasonFor(tenantId: string, most: number, mostPerTenant: number) {
    if (this.#isDraining || this.#open.size >= most) return 'gateway';
    return (this.#perTenant.get(tenantId) ?? 0) >= mostPerTenant ? 'tenant' : undefined;
  }

  #count(tenantId: string, change: 1 | -1): void {
    const count = (this.#perTenant.get(tenantId) ?? 0) + change;
    if (count === 0) this.#perTenant.delete(tenantId);
    else this.#perTenant.set(tenantId, count);
  }
}
