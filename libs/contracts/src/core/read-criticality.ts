import type { Criticality } from './criticality.js';

/** What a caller's word about its request comes to. */
export interface ReadCriticality {
  readonly criticality: Criticality;
  /** `critical_plus`: let in beyond the budget of its class, within a share. */
  readonly plus: boolean;
  /** It asked for more than it may, and got `default`. */
  readonly capped: boolean;
}

const DEFAULT: ReadCriticality = { criticality: 'default', plus: false, capped: false };
const CAPPED: ReadCriticality = { ...DEFAULT, capped: true };

/** Google's four classes (Site Reliability Engineering, chapter 21) and ours. */
const BY_NAME: ReadonlyMap<string, ReadCriticality> = new Map([
  ['critical_plus', { criticality: 'critical', plus: true, capped: false }],
  ['critical', { criticality: 'critical', plus: false, capped: false }],
  ['default', DEFAULT],
  ['sheddable_plus', { criticality: 'sheddable', plus: false, capped: false }],
  ['sheddable', { criticality: 'sheddable', plus: false, capped: false }],
]);

const LONGEST_NAME = 'sheddable_plus'.length;

/**
 * Reads the criticality that came with a request, in upper or lower case. Absent and unknown ones are `default`.
 * Everybody may call a request less important; more important only who `mayRaise`.
 */
export function readCriticality(value: unknown, mayRaise: boolean): ReadCriticality {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) return DEFAULT;
  const read = BY_NAME.get(value) ?? BY_NAME.get(value.toLowerCase()) ?? DEFAULT;
  return read.criticality === 'critical' && !mayRaise ? CAPPED : read;
}
