import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and its certificate, both PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** For how long a certificate is valid. */
export interface CertificateValidity {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;
const SEQUENCE = 0x30;
const SET = 0x31;
const OID_COMMON_NAME = '550403';
const OID_SAN = '551d11';
const OID_ECDSA_SHA256 = '2a8648ce3d040302';

/** Makes a certificate for `localhost` and 127.0.0.1 that signs itself. Default: valid from yesterday to tomorrow. */
export function aCertificate({
  from = new Date(Date.now() - DAY_MS),
  to = new Date(Date.now() + DAY_MS),
}: Partial<CertificateValidity> = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, oid(OID_ECDSA_SHA256));
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, oid(OID_COMMON_NAME), der(0x0c, Buffer.from('localhost')))),
  );
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...randomBytes(8)])),
    algorithm,
    name,
    der(SEQUENCE, time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, subjectAltName())),
  );
  return {
    key: pemOf(privateKey),
    cert: pem(der(SEQUENCE, body, algorithm, bits(body, privateKey))),
  };
}

function subjectAltName(): Buffer {
  const names = der(
    SEQUENCE,
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  );
  return der(SEQUENCE, oid(OID_SAN), der(0x04, names));
}

function bits(body: Buffer, key: KeyObject): Buffer {
  return der(0x03, Buffer.from([0]), sign('sha256', body, key));
}

function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** One element of DER: tag, length, contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const short = length < 128 ? [length] : undefined;
  const head = short ?? (length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]);
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
