/** Something that is measured beside others. */
export interface Contender<Sample> {
  readonly name: string;
  /** One window. @param isWarmUp Whether its sample will be thrown away. */
  measure(isWarmUp: boolean): Promise<Sample>;
}

/**
 * Measures A B C, A B C, … so that what happens to the machine happens to all of them. One more round comes first, which
 * warms everything up and is thrown away.
 * @returns the samples of each contender by name, in the order of the rounds.
 */
export async function interleave<Sample>(
  contenders: readonly Contender<Sample>[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map(contenders.map(({ name }) => [name, new Array<Sample>()]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const sample = await contender.measure(round === 0);
      if (round > 0) samples.get(contender.name)?.push(sample);
    }
  }
  return samples;
}
