import { init, type LDClient } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import type { Work } from '../harness/micro.js';
import { KEYS, type WeightedProvider } from './providers.js';

const silent = (): void => undefined;

/** The server SDK without a network: its test data source, no events. */
async function offlineClient(providers: readonly WeightedProvider[]): Promise<LDClient> {
  const data = new TestData();
  await data.usePreconfiguredFlag({
    key: 'provider',
    version: 1,
    on: true,
    salt: 'salt',
    variations: providers.map(({ name }) => name),
    offVariation: 0,
    fallthrough: {
      rollout: { variations: providers.map(({ weight }, variation) => ({ variation, weight })) },
    },
    targets: [],
    contextTargets: [],
    rules: [],
    prerequisites: [],
  });
  const client = init('sdk-bench', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: console.error, warn: console.warn, info: silent, debug: silent },
  });
  await client.waitForInitialization({ timeout: 5 });
  return client;
}

/** One flag, its variations drawn by a percentage rollout. The API is asynchronous, so each answer is awaited. */
export async function launchDarklyWork(
  name: string,
  providers: readonly WeightedProvider[],
): Promise<Work & { close(): void }> {
  const client = await offlineClient(providers);
  const contexts = KEYS.map((key) => ({ kind: 'user', key }));
  const fallback = { kind: 'user', key: 'none' };
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i += 1) {
        const context = contexts[i % contexts.length] ?? fallback;
        const value: string = await client.variation('provider', context, '');
        if (value === '') throw new Error('launchdarkly: no variation');
        sum += value.length;
      }
      return sum;
    },
    close: () => client.close(),
  };
}
