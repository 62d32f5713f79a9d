import { inPlantedTree, root, runTool, type Tree } from './planted.js';

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

// Every planted file breaks the rule it is listed under; the neutral files give the violations something to import.
const NEUTRAL: Tree = {
  'apps/one/src/main.ts': `import { policy } from '@beamline/policy'; export const main = policy;`,
  'apps/two/src/main.ts': `export const main = 2;`,
  'libs/kernel/src/index.ts': `export const kernel = 1;`,
  'libs/policy/src/core/rule.ts': `import { kernel } from '@beamline/kernel'; export const rule = kernel;`,
  'libs/policy/src/core/index.ts': `export { rule } from './rule.js';`,
  'libs/policy/src/index.ts': `export { rule as policy } from './core/index.js';`,
  'libs/policy/src/nest/wiring.ts': `export const wiring = 1;`,
  'libs/contracts/src/core/index.ts': `export const subject = 's';`,
  'libs/contracts/src/index.ts': `export const decoder = 1;`,
  'libs/metrics/src/index.ts': `import { Counter } from 'prom-client'; export const counter = Counter;`,
  'libs/metrics/src/listens.ts': `import { rule } from '@beamline/policy/core'; export const listens = rule;`,
  'libs/testing/src/index.ts': `export const kit = 1;`,
  'libs/policy/src/core/rule.spec.ts': `import { kit } from '@beamline/testing'; import 'node:fs'; export const spec = kit;`,
  'apps/one/src/plant.fixture.ts': `import { kit } from '@beamline/testing'; export const plant = kit;`,
  'libs/gateway-adapter/src/core/credit.ts': `export const credit = 1;`,
};

const PLANTED: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['kernel-imports-nothing', 'libs/kernel/src/needy.ts', `import '@beamline/contracts/core';`],
  ['core-is-pure', 'libs/policy/src/core/reads-files.ts', `import 'node:fs';`],
  ['core-is-pure', 'libs/policy/src/core/uses-a-package.ts', `import 'lru-cache';`],
  ['core-is-pure', 'libs/policy/src/core/enters-a-nest-door.ts', `import '@beamline/contracts';`],
  ['adapters-know-no-nest', 'libs/policy/src/adapters/decorated.ts', `import '@nestjs/common';`],
  ['adapters-know-no-nest', 'libs/policy/src/adapters/looks-up.ts', `import '../nest/wiring.js';`],
  [
    'core-and-adapters-stay-below-nest',
    'libs/policy/src/adapters/own-door.ts',
    `import '../index.js';`,
  ],
  [
    'enter-a-lib-by-its-index',
    'libs/contracts/src/deep.ts',
    `import '../../policy/src/core/rule.js';`,
  ],
  [
    'apps-enter-a-lib-by-its-index',
    'apps/gateway-adapter/src/deep.ts',
    `import '../../../libs/gateway-adapter/src/core/credit.js';`,
  ],
  ['metrics-only-listens', 'libs/policy/src/adapters/counts.ts', `import 'prom-client';`],
  ['metrics-only-listens', 'libs/policy/src/nest/counts.ts', `import '@beamline/metrics';`],
  [
    'metrics-are-wired-in-one-place',
    'apps/one/src/decide/counts.ts',
    `import '@beamline/metrics';`,
  ],
  ['metrics-sees-cores-only', 'libs/metrics/src/too-close.ts', `import '@beamline/policy';`],
  [
    'notifications-know-no-overload-control',
    'libs/notifications/src/adapters/works-it-out.ts',
    `import '@beamline/policy';`,
  ],
  [
    'nats-client-stays-in-adapters',
    'apps/one/src/decide/speaks-nats.ts',
    `import '@nats-io/transport-node';`,
  ],
  [
    'libs-never-import-apps',
    'libs/policy/src/nest/upside-down.ts',
    `import '../../../../apps/two/src/main.js';`,
  ],
  ['apps-never-import-apps', 'apps/one/src/neighbour.ts', `import '../../two/src/main.js';`],
  ['test-kit-stays-in-tests', 'apps/one/src/tests-itself.ts', `import '@beamline/testing';`],
  ['test-kit-stays-in-tests', 'apps/one/src/leans-on-specs.ts', `import './plant.fixture.js';`],
  [
    'production-code-needs-production-packages',
    'libs/policy/src/adapters/dev-package.ts',
    `import 'fast-check';`,
  ],
  [
    'no-circular',
    'libs/policy/src/core/a.ts',
    `import type { B } from './b.js'; export type A = B;`,
  ],
  ['no-unresolvable', 'libs/policy/src/core/missing.ts', `import './nowhere.js';`],
];
const CIRCLE: Tree = {
  'libs/policy/src/core/b.ts': `import type { A } from './a.js'; export type B = A | 1;`,
};

async function cruise(folder: string): Promise<Cruise['summary']> {
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs'];
  const { output } = await runTool(folder, 'dependency-cruiser/bin/dependency-cruise.mjs', ...args);
  return (JSON.parse(output) as Cruise).summary;
}

describe('dependency rules', () => {
  let planted: Cruise['summary'];
  let neutral: Cruise['summary'];
  let real: Cruise['summary'];

  beforeAll(async () => {
    const files = Object.fromEntries(PLANTED.map(([, file, source]) => [file, source]));
    planted = await inPlantedTree({ ...NEUTRAL, ...CIRCLE, ...files }, cruise);
    neutral = await inPlantedTree(NEUTRAL, cruise);
    real = await cruise(root);
  }, 60_000);

  it.each(PLANTED)('%s bites %s', (rule, file) => {
    const broken = planted.violations
      .filter(({ from }) => from === file)
      .map((violation) => violation.rule.name);

    expect(broken).toContain(rule);
  });

  it('plants a violation of every rule there is', () => {
    const rules = real.ruleSetUsed.forbidden.map(({ name }) => name).toSorted();

    expect([...new Set(PLANTED.map(([rule]) => rule))].toSorted()).toEqual(rules);
  });

  it('leaves alone what keeps the rules', () => {
    expect(neutral.violations).toEqual([]);
  });

  it('reads the whole repository and not an empty list of modules', () => {
    expect(real.totalCruised).toBeGreaterThan(100);
    expect(real.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
      [],
    );
  });
});
