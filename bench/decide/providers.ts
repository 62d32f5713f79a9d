/** One variant with its share, as all contenders get it. */
export interface WeightedProvider {
  readonly name: string;
  readonly weight: number;
}

/** `count` providers with different whole weights that sum up to 100 000 (LaunchDarkly counts in thousandths of a percent). */
export function providers(count: number): readonly WeightedProvider[] {
  const raw = Array.from({ length: count }, (_, i) => ({ name: `provider-${i}`, weight: i + 1 }));
  const total = raw.reduce((sum, { weight }) => sum + weight, 0);
  const scaled = raw.map(({ name, weight }) => ({
    name,
    weight: Math.floor((weight / total) * 100_000),
  }));
  const rest = 100_000 - scaled.reduce((sum, { weight }) => sum + weight, 0);
  return scaled.map(({ name, weight }, i) => ({ name, weight: i === 0 ? weight + rest : weight }));
}

/** Keys that the split hashes: different users, made before anything is timed. */
export const KEYS: readonly string[] = Array.from({ length: 4_096 }, (_, i) => `user-${i}`);
