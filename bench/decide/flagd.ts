import { FlagdCore } from '@openfeature/flagd-core';
import type { Work } from '../harness/micro.js';
import { KEYS, type WeightedProvider } from './providers.js';

/** The in-process engine of OpenFeature's flagd: one flag, its variants drawn by `fractional`. */
export function flagdWork(name: string, providers: readonly WeightedProvider[]): Work {
  const core = new FlagdCore();
  core.setConfigurations(
    JSON.stringify({
      flags: {
        provider: {
          state: 'ENABLED',
          variants: Object.fromEntries(providers.map((provider) => [provider.name, provider.name])),
          defaultVariant: providers[0]?.name,
          targeting: {
            fractional: [
              { var: 'targetingKey' },
              ...providers.map((provider) => [provider.name, provider.weight]),
            ],
          },
        },
      },
    }),
  );
  const contexts = KEYS.map((key) => ({ targetingKey: key }));
  return {
    name,
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i += 1) {
        const context = contexts[i % contexts.length] ?? {};
        const { value, reason } = core.resolveStringEvaluation('provider', '', context);
        if (reason !== 'TARGETING_MATCH') throw new Error(`flagd: ${reason}`);
        sum += value.length;
      }
      return sum;
    },
  };
}
