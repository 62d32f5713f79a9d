import { SUBJECTS } from '@beamline/contracts/core';
import { type Static, Type } from '@sinclair/typebox';
import { host, integer, milliseconds, port, subject } from './key.js';
import { natsKeys } from './nats.keys.js';
import { processKeys } from './process.keys.js';

const edgeKeys = {
  gatewayHost: host('127.0.0.1', 'Address the gateway listens on.'),
  gatewayPort: port(8080, 'Port of the gateway; 0 takes a free one.'),
  gatewayMaxBodySize: integer(
    { from: 1024, to: 1_048_576, byDefault: 65_536 },
    { about: 'Largest HTTP body.', unit: 'bytes' },
  ),
  routerDecideSubject: subject(SUBJECTS.decide, 'Subject that decide requests are sent to.'),
  routerRequestTimeoutMs: milliseconds(5000, 'How long the router may take to answer.'),
};

/** Every key of the gateway-adapter, with type, default, bounds and meaning. */
export const gatewaySchema = Type.Object(
  { ...edgeKeys, ...natsKeys, ...processKeys },
  { additionalProperties: false },
);

/** Configuration of the gateway-adapter, checked and complete. */
export type GatewayConfig = Readonly<Static<typeof gatewaySchema>>;
