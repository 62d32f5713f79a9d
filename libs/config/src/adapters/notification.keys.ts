import { Type } from '@sinclair/typebox';
import { integer, listOf, milliseconds, optionalText } from './key.js';

/** An endpoint as it may stand in a list: the guard of endpoints judges it further. */
const ENDPOINT_PATTERN = String.raw`^https?://[^\s,]{1,2039}$`;
/** A name, `*.suffix`, an address or a network. */
const HOST_PATTERN = String.raw`^[A-Za-z0-9_.:*/\[\]-]{1,255}$`;
/** 24 to 64 bytes in base64. */
const SECRET_PATTERN = '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$';

const endpointKeys = {
  gatewayEndpoints: Type.Optional(
    listOf(Type.String({ pattern: ENDPOINT_PATTERN }), {
      minItems: 1,
      maxItems: 1000,
      about:
        'Endpoints of gateways that are always told of overload, besides those that register. Their hosts must be in GATEWAY_ENDPOINT_HOSTS. Not set: none.',
      shape: 'a list of http or https URLs of at most 2047 bytes',
    }),
  ),
  gatewayEndpointSchemes: listOf(Type.String({ enum: ['http', 'https'] }), {
    default: ['http', 'https'],
    minItems: 1,
    maxItems: 2,
    about: 'Schemes that endpoints of gateways may have.',
    shape: 'a list of http, https',
  }),
  gatewayEndpointHosts: listOf(Type.String({ pattern: HOST_PATTERN }), {
    default: ['localhost', '127.0.0.1', '[::1]'],
    minItems: 1,
    maxItems: 1000,
    about:
      'Hosts that endpoints of gateways may have: the router calls no other, whoever registers it. Names, `*.suffix`, addresses, or networks such as `10.0.0.0/8`.',
    shape: 'a list of names, *.suffix, addresses and networks',
  }),
  gatewayEndpointPorts: Type.Optional(
    listOf(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      minItems: 1,
      maxItems: 1000,
      about:
        'Ports that endpoints of gateways may have; 80 and 443 are those of URLs without one. Not set: any.',
      shape: 'a list of ports from 1 to 65535',
    }),
  ),
  gatewayMaxEndpoints: integer(
    { from: 1, to: 50_000, byDefault: 1000 },
    { about: 'Endpoints registered at most; further ones are refused.' },
  ),
};

const webhookKeys = {
  gatewayWebhookSecrets: Type.Optional(
    listOf(Type.String({ pattern: SECRET_PATTERN }), {
      minItems: 1,
      maxItems: 8,
      secret: true,
      about:
        'What notifications by HTTP are signed with (Standard Webhooks). Several, while secrets are changed: one signature each. Not set: the router does not sign them, and the gateway-adapter takes none.',
      shape: 'a list of whsec_<base64 of 24 to 64 bytes>',
    }),
  ),
  gatewayWebhookBearerToken: optionalText(
    {
      about:
        'Sent with notifications by HTTP as `authorization: Bearer`, over https or to this machine only, and asked for by the gateway-adapter. Not set: neither.',
      secret: true,
      shape: 'a text of 1 to 4096 visible ASCII characters',
    },
    String.raw`^[\x21-\x7e]+$`,
  ),
  gatewayWebhookCaFile: optionalText({
    about:
      'Certificate authorities (PEM) of endpoints, trusted besides those that Node trusts. Not set: none.',
    mustExist: 'file',
  }),
  nodeExtraCaCerts: optionalText({
    about:
      "Node's own: certificates (PEM) that it trusts besides its roots. Named here so that they count for endpoints beside GATEWAY_WEBHOOK_CA_FILE as well.",
  }),
  gatewayWebhookTimeoutMs: integer(
    { from: 1, to: 60_000, byDefault: 2000 },
    { about: 'How long an endpoint may take for an answer, connecting included.', unit: 'ms' },
  ),
  gatewayWebhookMaxAttempts: integer(
    { from: 1, to: 20, byDefault: 5 },
    { about: 'Attempts to deliver one notification by HTTP.' },
  ),
};

const pushKeys = {
  gatewayNotifyHeartbeatMs: milliseconds(
    1000,
    'How often gateways are told of the load when nothing changes.',
    100,
  ),
  gatewayNotifyTtlMs: milliseconds(
    3000,
    'How long gateways may believe what they were told last; then they let everything through.',
    200,
  ),
};

/** How the router tells gateways of overload, and which ones. */
export const notificationKeys = { ...endpointKeys, ...webhookKeys, ...pushKeys };
