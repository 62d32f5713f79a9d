import { isRecord } from './is-record.js';

/** An endpoint as the bucket of gateways holds it. */
export interface RegisteredEndpoint {
  readonly endpoint: string;
  /** Unix milliseconds. */
  readonly registeredAtMs: number;
}

/** An entry of the bucket, or why it is none. */
export type ReadRegistration =
  | { readonly ok: true; readonly registration: RegisteredEndpoint }
  | { readonly ok: false; readonly problem: string };

/** Writes an entry of the bucket of gateways. */
export function registrationDocument(
  endpointId: string,
  { endpoint, registeredAtMs }: RegisteredEndpoint,
): string {
  return JSON.stringify({ endpoint_id: endpointId, endpoint, registered_at: registeredAtMs });
}

/** Reads an entry of the bucket of gateways. Fields that it does not know are passed over. */
export function readRegistration(value: unknown): ReadRegistration {
  if (!isRecord(value)) return refused('it must be an object');
  const { endpoint, registered_at: at } = value;
  // Not shown: an address may hold what is nobody's business.
  if (typeof endpoint !== 'string') return refused('endpoint must be a text');
  if (!Number.isSafeInteger(at) || Number(at) < 0) {
    return refused('registered_at must be Unix milliseconds, an integer from 0');
  }
  return { ok: true, registration: { endpoint, registeredAtMs: Number(at) } };
}

function refused(problem: string): ReadRegistration {
  return { ok: false, problem };
}
