// Tests run as CommonJS while production runs as ESM: see docs/adr/0004 for the reason and for the black-box suite that covers the difference.
const ESM_PACKAGES = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  'peek-readable',
  'es-toolkit',
  'dotenv',
  'dotenv-expand',
  'uid',
  'iterare',
  '@tokenizer',
  '@borewit',
  'cookie',
  '@fastify',
  'fastify',
  'light-my-request',
  'find-my-way',
  'load-esm',
  'jose',
];

const ownCode = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'commonjs', importInterop: 'node' },
    sourceMaps: 'inline',
  },
];
const packages = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
    module: { type: 'commonjs', importInterop: 'node' },
    sourceMaps: false,
  },
];

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  moduleNameMapper: {
    '^@beamline/([^/]+)/core$': '<rootDir>/libs/$1/src/core/index.ts',
    '^@beamline/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '^.+\\.ts$': ownCode, '^.+\\.m?js$': packages },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
};

export default {
  // Patience for machines that do other things too; what shall happen in time is measured in bench/.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/lib/open-handles-reporter.mjs'],
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,bench}/**/*.spec.ts'] },
    { ...base, displayName: 'architecture', testMatch: ['<rootDir>/test/architecture/*.spec.ts'] },
    { ...base, displayName: 'simulation', testMatch: ['<rootDir>/test/simulation/*.spec.ts'] },
    { ...base, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/*.spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/*.e2e-spec.ts'] },
    // Specs that compare rates: to be run one at a time, with nothing beside them.
    { ...base, displayName: 'load', testMatch: ['<rootDir>/test/load/*.spec.ts'] },
  ],
};
