// apps -> nest -> adapters -> core -> kernel; metrics only listens. test/architecture plants a violation of every rule.
/** Specs, and what several of them share. */
const SPEC = '\\.(?:spec|fixture)\\.ts$';
const DOORS = '^libs/[^/]+/src/(?:core/)?index\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      comment: 'Everything stands on the kernel, so it stands on nothing.',
      from: { path: '^libs/kernel/src/', pathNot: SPEC },
      to: { pathNot: '^libs/kernel/src/' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'A core holds rules, not wiring: only other cores and the kernel, no package, no Node builtin.',
      from: { path: '^libs/[^/]+/src/core/', pathNot: SPEC },
      to: { pathNot: ['^libs/[^/]+/src/core/', '^libs/kernel/src/index\\.ts$'] },
    },
    {
      name: 'adapters-know-no-nest',
      severity: 'error',
      comment: 'Adapters do I/O and are built with `new`; wiring is the work of nest/.',
      from: { path: '^libs/[^/]+/src/adapters/', pathNot: SPEC },
      to: { path: ['node_modules/@nestjs/', '^libs/[^/]+/src/nest/'] },
    },
    {
      name: 'core-and-adapters-stay-below-nest',
      severity: 'error',
      comment: 'The door index.ts and nest/ look down; what is below them does not look up.',
      from: { path: '^libs/([^/]+)/src/(?:core|adapters)/', pathNot: SPEC },
      to: { path: ['^libs/$1/src/index\\.ts$', '^libs/$1/src/nest/'] },
    },
    {
      name: 'enter-a-lib-by-its-index',
      severity: 'error',
      comment: 'A lib has two doors, index.ts and core/index.ts, and no third.',
      from: { path: '^(?:apps|libs)/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', DOORS] },
    },
    {
      name: 'apps-enter-a-lib-by-its-index',
      severity: 'error',
      comment: 'The same for an app that bears the name of a lib.',
      from: { path: '^apps/' },
      to: { path: '^libs/[^/]+/src/', pathNot: DOORS },
    },
    {
      name: 'metrics-only-listens',
      severity: 'error',
      comment:
        'Libs report facts to an Observer; only the composition root of an app knows who counts them.',
      from: { path: '^libs/(?!metrics/)' },
      to: { path: ['^libs/metrics/', 'node_modules/prom-client/', 'node_modules/@willsoto/'] },
    },
    {
      name: 'metrics-are-wired-in-one-place',
      severity: 'error',
      comment: 'Features of an app do not count: the composition root hands them an Observer.',
      from: { path: '^apps/[^/]+/src/[^/]+/', pathNot: SPEC },
      to: { path: ['^libs/metrics/', 'node_modules/prom-client/'] },
    },
    {
      name: 'metrics-sees-cores-only',
      severity: 'error',
      comment: 'Metrics needs the event types of others, and those live in their cores.',
      from: { path: '^libs/metrics/src/', pathNot: SPEC },
      to: {
        path: '^libs/(?!metrics/)',
        pathNot: ['^libs/[^/]+/src/core/index\\.ts$', '^libs/kernel/src/index\\.ts$'],
      },
    },
    {
      name: 'notifications-know-no-overload-control',
      severity: 'error',
      comment:
        'Who tells gateways of load is given it by a LoadSource and knows neither who works it out nor what gateways make of it.',
      from: { path: '^libs/notifications/src/' },
      to: { path: '^libs/(?:backpressure|gateway-adapter|policy)/' },
    },
    {
      name: 'nats-client-stays-in-adapters',
      severity: 'error',
      comment:
        'Apps and Nest wiring speak to NATS through the adapters of libs/jetstream and libs/policy.',
      from: { path: ['^apps/', '^libs/[^/]+/src/nest/'], pathNot: SPEC },
      to: { path: 'node_modules/@nats-io/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      comment: 'Two apps share through libs only.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'test-kit-stays-in-tests',
      severity: 'error',
      from: { path: '^(?:apps|libs/(?!testing/))', pathNot: SPEC },
      to: { path: ['^libs/testing/', '\\.fixture\\.ts$'] },
    },
    {
      name: 'production-code-needs-production-packages',
      severity: 'error',
      comment: 'The images install without development dependencies.',
      from: { path: '^(?:apps|libs/(?!testing/))', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '/generated/', '^libs/[^/]+/example/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
