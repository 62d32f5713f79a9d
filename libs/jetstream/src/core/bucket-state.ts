/**
 * How a mirror stands to its KV bucket: never reached yet, reading it, in step with it, out of reach (what is in memory
 * stays in force), or facing a bucket it must not use.
 */
export type BucketState = 'connecting' | 'syncing' | 'synced' | 'unreachable' | 'incompatible';
