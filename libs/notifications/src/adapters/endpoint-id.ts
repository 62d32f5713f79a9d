import { createHash } from 'node:crypto';

const ID_LENGTH = 16;

/** Id of an endpoint: the first 16 characters of base64(SHA-256(endpoint)), as the contract has it (5.9). */
export function endpointIdOf(endpoint: string): string {
  return createHash('sha256').update(endpoint, 'utf8').digest('base64').slice(0, ID_LENGTH);
}
