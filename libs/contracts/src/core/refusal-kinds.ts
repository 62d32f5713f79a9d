import type { RefusalLike } from './refusal-like.js';

/** Most kinds that can occur: 6 reasons, 3 classes, 3 statuses, retryable or not. */
const MAX_KINDS = 108;

interface Kind<Value> {
  readonly reason: string;
  readonly criticality: string;
  readonly effectiveStatus: string;
  readonly retryable: boolean;
  readonly value: Value;
}

/**
 * Keeps something for every kind of refusal: what they have in common but for their numbers. A few kinds occur at a time,
 * so looking through them is faster than making a key for a map.
 */
export class RefusalKinds<Value> {
  readonly #kinds: Kind<Value>[] = [];

  constructor(private readonly make: (refusal: RefusalLike) => Value) {}

  of(refusal: RefusalLike): Value {
    for (const kind of this.#kinds) {
      if (isOfKind(refusal, kind)) return kind.value;
    }
    const value = this.make(refusal);
    const { reason, criticality, effectiveStatus, retryable } = refusal;
    // The kinds are a closed set; a caller that makes up reasons must not fill the memory.
    if (this.#kinds.length < MAX_KINDS) {
      this.#kinds.push({ reason, criticality, effectiveStatus, retryable, value });
    }
    return value;
  }
}

function isOfKind(refusal: RefusalLike, kind: Kind<unknown>): boolean {
  return (
    refusal.reason === kind.reason &&
    refusal.criticality === kind.criticality &&
    refusal.effectiveStatus === kind.effectiveStatus &&
    refusal.retryable === kind.retryable
  );
}
