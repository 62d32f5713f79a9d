import { flag, integer, milliseconds, optionalText, text } from './key.js';

const SERVER = String.raw`(?:(?:nats|tls)://)?[^\s,/@]+`;

/** How both apps reach NATS. */
export const natsKeys = {
  natsUrl: text(
    'nats://127.0.0.1:4222',
    {
      about: 'NATS servers, one or several separated by commas.',
      shape:
        'nats://host:port or tls://host:port, several separated by commas, without user and password (NATS_USERNAME, NATS_PASSWORD)',
    },
    `^${SERVER}(?:,${SERVER})*$`,
  ),
  natsTimeoutMs: milliseconds(5000, 'How long one operation on NATS may take.'),
  natsConnectTimeoutMs: milliseconds(5000, 'How long one attempt to connect may take.'),
  natsReconnectAttempts: integer(
    { from: -1, to: 1_000_000, byDefault: -1 },
    {
      about:
        'Attempts to come back after a lost connection; -1 is for ever. The contract says 10: a router that gave up would need a restart by hand.',
    },
  ),
  natsReconnectDelayMs: milliseconds(1000, 'Wait before the first attempt; doubles each time.'),
  natsMaxReconnectDelayMs: milliseconds(30_000, 'Longest wait between two attempts.'),
  natsMaxPayloadSize: integer(
    { from: 1024, to: 67_108_864, byDefault: 1_048_576 },
    { about: 'Largest message that is accepted or sent.', unit: 'bytes' },
  ),
  natsUsername: optionalText({ about: 'User, for servers that ask for a password.' }),
  natsPassword: optionalText({ about: 'Password of that user.', secret: true }),
  natsJwt: optionalText({
    about: 'User JWT. Wins over the other ways to sign in.',
    secret: true,
  }),
  natsNkey: optionalText(
    {
      about: 'NKey seed of the user; signs for the JWT when there is one. Wins over a password.',
      secret: true,
      shape: 'a user seed: SU and 56 characters A-Z, 2-7',
    },
    '^SU[A-Z2-7]{56}$',
  ),
  natsTlsEnabled: flag(false, 'Speak TLS to NATS.'),
  natsTlsCertFile: optionalText({
    about: 'Client certificate (PEM), for mutual TLS.',
    mustExist: 'file',
  }),
  natsTlsKeyFile: optionalText({
    about: 'Private key (PEM) of the client certificate.',
    mustExist: 'file',
  }),
  natsTlsVerify: flag(true, 'Check the certificate of the server. Turn off for experiments only.'),
  natsTlsCaFile: optionalText({
    about: 'Certificate authority (PEM) that signed the certificate of the server.',
    aliases: ['natsTlsCaCertFile'],
    mustExist: 'file',
  }),
};
