import { type Static, Type } from '@sinclair/typebox';
import { integer, milliseconds, port, subject, text } from './key.js';
import { natsKeys } from './nats.keys.js';
import { processKeys } from './process.keys.js';

const edgeKeys = {
  gatewayHost: text('127.0.0.1', { about: 'Address the gateway listens on.' }, String.raw`^\S+$`),
  gatewayPort: port(8080, 'Port of the gateway; 0 takes a free one.'),
  gatewayMaxBodySize: integer(
    { from: 1024, to: 1_048_576, byDefault: 65_536 },
    { about: 'Largest HTTP body.', unit: 'bytes' },
  ),
  routerDecideSubject: subject(
    'beamline.router.v1.decide',
    'Subject that decide requests are sent to.',
  ),
  routerRequestTimeoutMs: milliseconds(5000, 'How long the router may take to answer.'),
};

/** Every key of the gateway-adapter, with type, default, bounds and meaning. */
export const gatewaySchema = Type.Object(
  { ...edgeKeys, ...natsKeys, ...processKeys },
  { additionalProperties: false },
);

/** Configuration of the gateway-adapter, checked and complete. */
export type GatewayConfig = Readonly<Static<typeof gatewaySchema>>;
