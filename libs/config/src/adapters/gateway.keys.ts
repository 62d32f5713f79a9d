import { SUBJECTS } from '@beamline/contracts/core';
import { type Static, Type } from '@sinclair/typebox';
import { gatewayAccessKeys } from './gateway-access.keys.js';
import { flag, host, integer, milliseconds, oneOf, optionalText, port, subject } from './key.js';
import { natsKeys } from './nats.keys.js';
import { notificationKeys } from './notification.keys.js';
import { overloadKeys } from './overload.keys.js';
import { processKeys } from './process.keys.js';

const edgeKeys = {
  gatewayHost: host('127.0.0.1', 'Address the gateway listens on.'),
  gatewayPort: port(8080, 'Port of the gateway; 0 takes a free one.'),
  gatewayMaxBodySize: integer(
    { from: 1024, to: 1_048_576, byDefault: 65_536 },
    { about: 'Largest HTTP body.', unit: 'bytes' },
  ),
  gatewayTrustProxy: flag(
    false,
    'A proxy stands in front: the address of a caller is the last one in `x-forwarded-for`, the one that proxy has added.',
  ),
  routerDecideSubject: subject(SUBJECTS.decide, 'Subject that decide requests are sent to.'),
  routerDecideAsyncSubject: subject(
    SUBJECTS.decideAsync,
    'Subject that messages (durable requests) are published to.',
  ),
  routerRequestTimeoutMs: milliseconds(5000, 'How long the router may take to answer.'),
  routerAdminApiKey: optionalText(
    {
      about: "The router's ADMIN_API_KEY, sent with questions about policies and extensions.",
      secret: true,
      shape: 'at least 8 letters, digits, _ . -',
    },
    '^[a-zA-Z0-9_.-]{8,256}$',
  ),
};

const overloadSideKeys = {
  backpressureHttpStatus: overloadKeys.backpressureHttpStatus,
  overloadTrustedTenants: overloadKeys.overloadTrustedTenants,
  gatewayWebhookSecrets: notificationKeys.gatewayWebhookSecrets,
  gatewayWebhookBearerToken: notificationKeys.gatewayWebhookBearerToken,
  gatewayAdmissionMode: oneOf(
    ['credit', 'contract', 'off'],
    'credit',
    'How the gateway spares the router: `credit` sends it as much as it takes, `contract` refuses everything while its status is `active`, `off` leaves it to the router.',
  ),
};

const messageKeys = {
  gatewayMessagesMax: integer(
    { from: 1, to: 10_000_000, byDefault: 100_000 },
    { about: 'Messages whose state is remembered; beyond it the oldest goes.' },
  ),
  gatewayMessagesTtlMs: milliseconds(600_000, 'How long it is remembered.'),
  gatewayMaxStreams: integer(
    { from: 1, to: 1_000_000, byDefault: 1000 },
    { about: 'Event streams open at once; the next one is refused.' },
  ),
  gatewayMaxStreamsPerTenant: integer(
    { from: 1, to: 1_000_000, byDefault: 100 },
    { about: 'Event streams of one tenant open at once.' },
  ),
  gatewayStreamMaxMs: milliseconds(
    300_000,
    'After how long an event stream is ended; clients resume it where they were.',
  ),
  gatewayStreamHeartbeatMs: milliseconds(
    15_000,
    'How often a silent event stream says that it still stands.',
  ),
};

/** Every key of the gateway-adapter, with type, default, bounds and meaning. */
export const gatewaySchema = Type.Object(
  {
    ...edgeKeys,
    ...overloadSideKeys,
    ...gatewayAccessKeys,
    ...messageKeys,
    ...natsKeys,
    ...processKeys,
  },
  { additionalProperties: false },
);

/** Configuration of the gateway-adapter, checked and complete. */
export type GatewayConfig = Readonly<Static<typeof gatewaySchema>>;
