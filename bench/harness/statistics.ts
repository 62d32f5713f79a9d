/** The middle of several rounds, and how far they lay apart. */
export interface Summary {
  /** The median. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/**
 * The value below which the share `q` (0..1) of the samples lies, by linear interpolation.
 * @throws RangeError when there are no samples or one of them is not a finite number.
 */
export function quantile(samples: ArrayLike<number>, q: number): number {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = Float64Array.from(samples).toSorted();
  for (const sample of sorted) {
    if (!Number.isFinite(sample)) throw new RangeError(`a sample is ${sample}`);
  }
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, q));
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

/** The median of the samples. @throws RangeError as {@link quantile}. */
export const median = (samples: ArrayLike<number>): number => quantile(samples, 0.5);

/** Median, smallest and largest of several rounds. @throws RangeError as {@link quantile}. */
export function summarize(samples: readonly number[]): Summary {
  return {
    value: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    runs: samples.length,
  };
}

/** Quotient of two series, round by round: what happened to the machine in a round happened to both. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) {
    throw new RangeError(`series of ${ours.length} and ${theirs.length} rounds`);
  }
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}
