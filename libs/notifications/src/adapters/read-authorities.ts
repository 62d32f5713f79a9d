import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the certificates (PEM) of a file. @throws RangeError that names the file and what is wrong with it. */
export function readAuthorities(path: string): readonly string[] {
  const found = contentOf(path).match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new RangeError(`${path} holds no certificate (PEM)`);
  const broken = found.findIndex((pem) => !isCertificate(pem));
  if (broken !== -1) throw new RangeError(`certificate ${broken + 1} of ${path} is broken`);
  return found;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`${path} cannot be read: ${why}`, { cause });
  }
}
