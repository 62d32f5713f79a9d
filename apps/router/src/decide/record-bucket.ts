/** Where decision records are kept. Answers are values: an unreachable bucket is an answer too. */
export interface RecordBucket {
  /** Stores `value` unless the key is taken: the one operation that settles who decided first. */
  create(key: string, value: string): Promise<'created' | 'exists' | 'unavailable'>;
  /** As {@link create}, without waiting for the answer. @returns `false` when it was not even tried because too much is under way. */
  createSoon(key: string, value: string): boolean;
  get(key: string): Promise<BucketAnswer>;
  /** The newest value among keys that match `pattern`, in which `*` stands for one part. */
  getLatest(pattern: string): Promise<BucketAnswer>;
}

export type BucketAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable' };
