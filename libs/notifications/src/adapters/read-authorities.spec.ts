import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aCertificate } from './certificate.fixture.js';
import { readAuthorities } from './read-authorities.js';
import { answerYes, WebhookParts } from './webhook.fixture.js';

const parts = new WebhookParts();
const folder = mkdtempSync(join(tmpdir(), 'authorities-'));
const file = join(folder, 'ca.pem');

afterEach(() => parts.end());
afterAll(() => rmSync(folder, { recursive: true }));

it('a file may hold several authorities, and what stands between them means nothing', () => {
  const certificates = [aCertificate(), aCertificate()].map(({ cert }) => cert.trim());
  writeFileSync(file, ['# ours', ...certificates].join('\n'));

  expect(readAuthorities(file)).toEqual(certificates);
});

it('whom a file names vouches for endpoints', async () => {
  const certificate = aCertificate();
  writeFileSync(file, certificate.cert);
  const { endpoint } = await parts.gateway(answerYes, certificate);

  const fate = await parts.fateAt(endpoint, { authorities: readAuthorities(file) });

  expect(fate).toMatchObject({ outcome: 'delivered' });
});

it.each([
  ['', 'holds no certificate (PEM)'],
  [aCertificate().key, 'holds no certificate (PEM)'],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'is broken'],
])('a file that holds %j is refused by its name', (content, problem) => {
  writeFileSync(file, content);

  expect(() => readAuthorities(file)).toThrow(RangeError);
  expect(() => readAuthorities(file)).toThrow(problem);
  expect(() => readAuthorities(file)).toThrow(file);
});

it('a file that cannot be read is refused by its name', () => {
  expect(() => readAuthorities(folder)).toThrow(`${folder} cannot be read`);
});
