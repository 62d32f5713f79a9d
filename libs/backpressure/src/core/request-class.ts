import type { Criticality } from './criticality.js';

/** Place in the order of shedding: 0 is shed last. 3 is below every class that a request can ask for. */
export type ClassRank = 0 | 1 | 2 | 3;

const RANKS: Readonly<Record<Criticality, ClassRank>> = { critical: 0, default: 1, sheddable: 2 };

export function rankOf(criticality: Criticality): ClassRank {
  return RANKS[criticality];
}

/** One class lower. */
export function lowered(rank: ClassRank): ClassRank {
  if (rank === 0) return 1;
  return rank === 1 ? 2 : 3;
}
