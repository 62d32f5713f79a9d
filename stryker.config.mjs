// `npm run mutation [-- --mutate <files>]`: could the tests of the overload core fail? Each mutant has to be noticed by some spec.
import jestConfig from './jest.config.mjs';

const unit = jestConfig.projects.find(({ displayName }) => displayName === 'unit');
const { rootDir: _, displayName: __, ...project } = unit;
const CORE = 'libs/backpressure/src/core';

export default {
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // What is computed once when a module loads would have to be tried with every test.
  ignoreStatic: true,
  jest: {
    projectType: 'custom',
    // Without the properties: a hundred histories for each of some thousand mutants take hours.
    config: { ...project, projects: [], testMatch: [`**/${CORE}/**/!(*.property).spec.ts`] },
    enableFindRelatedTests: true,
  },
  // Types and tables have no behaviour that a test could see change.
  mutate: [
    `${CORE}/**/*.ts`,
    `!${CORE}/**/*.spec.ts`,
    `!${CORE}/**/{index,admission-types,load-signals,overload.events,replica-report}.ts`,
  ],
  ignorePatterns: ['dist', '.data', '.tools', 'bench/results', 'reports'],
  concurrency: 2,
  timeoutMS: 5_000,
  reporters: ['clear-text', 'html'],
  htmlReporter: { fileName: 'reports/mutation.html' },
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
};
