import { type Static, Type } from '@sinclair/typebox';
import { intakeKeys } from './intake.keys.js';
import { flag, host, integer, listOf, optionalText, port } from './key.js';
import { natsKeys } from './nats.keys.js';
import { notificationKeys } from './notification.keys.js';
import { overloadKeys } from './overload.keys.js';
import { processKeys } from './process.keys.js';

const serverKeys = {
  grpcEnabled: flag(true, 'Serve gRPC.'),
  grpcHost: host('127.0.0.1', 'Address gRPC listens on.'),
  grpcPort: port(9000, 'Port of gRPC; 0 takes a free one.'),
  httpHost: host('127.0.0.1', 'Address HTTP (health, metrics, explain) listens on.'),
  httpPort: port(9001, 'Port of HTTP; 0 takes a free one.', ['metricsPort']),
  metricsExportEnabled: flag(true, 'Serve `/metrics` and `/_metrics`. The contract says false.'),
  metricsMaxTenants: integer(
    { from: 0, to: 10_000, byDefault: 200 },
    { about: 'Tenant and policy pairs that get their own metric labels; the rest is `_other`.' },
  ),
  adminApiKey: optionalText(
    {
      about:
        'Key of admin calls, given as `x-api-key` or `authorization: Bearer`. Not set: they are served to loopback and, over NATS, to whoever may publish there, and not at all where NODE_ENV is `production`.',
      aliases: ['beamlineRouterAdminApiKey'],
      secret: true,
      shape: 'at least 8 letters, digits, _ . -',
    },
    '^[a-zA-Z0-9_.-]{8,256}$',
  ),
  nodeEnv: optionalText({
    about:
      '`production`: admin calls need ADMIN_API_KEY. `test`: the key `dev-admin-key` is allowed.',
  }),
};

const tenantList = (about: string) =>
  Type.Optional(
    listOf(Type.String({ pattern: '^[a-zA-Z0-9_.-]{1,255}$' }), {
      minItems: 1,
      maxItems: 100_000,
      about,
      shape: 'a list of tenant ids (letters, digits, _ . -), at least one',
    }),
  );

const policyKeys = {
  policiesDir: optionalText({
    about: 'Folder of policy documents (JSON) that seed the store.',
    mustExist: 'directory',
  }),
  builtinDefaultPolicy: flag(true, 'Tenants without a policy `default` get the built-in one.'),
  policyStoreMaxSize: integer(
    { from: 1, to: 10_000_000, byDefault: 100_000 },
    { about: 'Policies held in memory; beyond it new ones are rejected and reported.' },
  ),
  stickyStoreEnabled: flag(true, 'Keep sticky sessions. The contract says false.'),
  stickyStoreMaxSize: integer(
    { from: 1, to: 10_000_000, byDefault: 100_000 },
    { about: 'Sticky pins held in memory; beyond it the least recently used goes.' },
  ),
};

const requestKeys = {
  tenantValidationEnabled: flag(true, 'Check the tenant of every request.'),
  resultAckAllowedTenants: tenantList('Tenants that are served. Not set: all.'),
  cafPushAssignmentAllowedTenants: tenantList(
    'Tenants whose decisions may be pushed to workers; also the list of served tenants where RESULT_ACK_ALLOWED_TENANTS is not set. Not set: all.',
  ),
  minPayloadSize: integer(
    { from: 0, to: 65_536, byDefault: 10 },
    { about: 'Smallest request that is not refused as empty.', unit: 'bytes' },
  ),
  strictTraceId: flag(false, 'Refuse a trace id that is neither 32 hex digits nor a UUID.'),
  idempotencyEnabled: flag(true, 'Answer a repeated idempotency key with the recorded decision.'),
  idempotencyTtlSeconds: integer(
    { from: 1, to: 2_592_000, byDefault: 3600 },
    { about: 'How long recorded decisions are kept.', unit: 's' },
  ),
  idempotencyMaxSize: integer(
    { from: 1, to: 100_000_000, byDefault: 1_000_000 },
    { about: 'Records kept; beyond it the oldest goes.' },
  ),
  decisionRecordsPerSecond: integer(
    { from: 0, to: 1_000_000, byDefault: 1000 },
    { about: 'Decisions without an idempotency key that are recorded for `get_decision`.' },
  ),
  decisionRecordsMax: integer(
    { from: 1, to: 100_000_000, byDefault: 100_000 },
    { about: 'Such records kept; beyond it the oldest goes.' },
  ),
};

/** Every key of the router, with type, default, bounds and meaning. */
export const routerSchema = Type.Object(
  {
    ...serverKeys,
    ...natsKeys,
    ...intakeKeys,
    ...overloadKeys,
    ...notificationKeys,
    ...policyKeys,
    ...requestKeys,
    ...processKeys,
  },
  { additionalProperties: false },
);

/** Configuration of the router, checked and complete. */
export type RouterConfig = Readonly<Static<typeof routerSchema>>;
