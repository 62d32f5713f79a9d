import { inPlantedTree, runTool } from './planted.js';

interface Finding {
  readonly code: string;
  readonly filename: string;
}

const CORE = 'libs/policy/src/core';
const ADAPTER = 'libs/policy/src/adapters';

// The rules that hold the design: purity of cores, one reader of the environment, no lost promise, no escape from types, small parts.
const PLANTED: readonly (readonly [rule: string, file: string, source: string])[] = [
  [
    'eslint(no-restricted-globals)',
    `${CORE}/wall-clock.ts`,
    `export const now = () => Date.now();`,
  ],
  [
    'eslint(no-restricted-globals)',
    `${CORE}/monotonic.ts`,
    `export const now = () => performance.now();`,
  ],
  [
    'eslint(no-restricted-globals)',
    `${CORE}/environment.ts`,
    `export const home = () => process.cwd();`,
  ],
  [
    'eslint(no-restricted-globals)',
    `${CORE}/timer.ts`,
    `export const later = (f: () => void) => void setTimeout(f, 1);`,
  ],
  [
    'eslint(no-restricted-properties)',
    `${CORE}/dice.ts`,
    `export const roll = () => Math.random();`,
  ],
  [
    'eslint(no-restricted-properties)',
    `${ADAPTER}/dice.ts`,
    `export const roll = () => Math.random();`,
  ],
  [
    'eslint(no-restricted-properties)',
    `${ADAPTER}/reads-env.ts`,
    `export const home = () => process.env['HOME'];`,
  ],
  [
    'typescript(no-floating-promises)',
    `${ADAPTER}/floats.ts`,
    `export function go(): void { Promise.resolve(1).then(() => 2); }`,
  ],
  [
    'typescript(no-explicit-any)',
    `${ADAPTER}/any.ts`,
    `export const x = (value: any): number => Number(value);`,
  ],
  [
    'typescript(no-unsafe-type-assertion)',
    `${ADAPTER}/asserts.ts`,
    `export const x = (v: unknown): string => v as string;`,
  ],
  ['import(no-default-export)', `${ADAPTER}/default.ts`, `export default 1;`],
  ['eslint(no-console)', `${ADAPTER}/prints.ts`, `export const p = (): void => console.log('x');`],
  [
    'eslint(max-params)',
    `${ADAPTER}/five.ts`,
    `export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;`,
  ],
  [
    'eslint(max-lines)',
    `${ADAPTER}/long.ts`,
    Array.from({ length: 251 }, (_, i) => `export const v${i} = ${i};`).join('\n'),
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    `${ADAPTER}/forgets.ts`,
    `export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }`,
  ],
];
const NEUTRAL = {
  [`${CORE}/fine.ts`]: `export const twice = (x: number): number => Math.max(x, 0) * 2;`,
};

async function lint(folder: string): Promise<readonly Finding[]> {
  const { output } = await runTool(
    folder,
    'oxlint/bin/oxlint',
    '--type-aware',
    '--format=json',
    'libs',
  );
  return (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics;
}

describe('lint rules', () => {
  let found: readonly Finding[];

  beforeAll(async () => {
    const files = Object.fromEntries(PLANTED.map(([, file, source]) => [file, source]));
    found = await inPlantedTree({ ...NEUTRAL, ...files }, lint);
  }, 60_000);

  it.each(PLANTED)('%s bites %s', (rule, file) => {
    const broken = found.filter(({ filename }) => filename.endsWith(file)).map(({ code }) => code);

    expect(broken).toContain(rule);
  });

  it('leaves a pure function alone', () => {
    expect(found.filter(({ filename }) => filename.endsWith('fine.ts'))).toEqual([]);
  });
});
