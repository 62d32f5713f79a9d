/** One change in a bucket. */
export interface BucketEntry {
  readonly key: string;
  /** `undefined`: the key was deleted. */
  readonly value: Uint8Array | undefined;
  readonly revision: number;
}
