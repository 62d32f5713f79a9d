import type { Criticality } from '@beamline/contracts/core';

/** Place in the order of shedding: the lowest number is shed last. */
export type ClassRank = 0 | 1 | 2 | 3 | 4;

const RANKS: Readonly<Record<Criticality, ClassRank>> = { critical: 0, default: 2, sheddable: 3 };

/**
 * Where those stand who have more than their share: with the class below. Only critical requests keep to themselves, at
 * the end of their class: that a request is critical is told by callers who are trusted with it, so nothing of a lower
 * class may pass it.
 */
const RANKS_OVER_SHARE: Readonly<Record<Criticality, ClassRank>> = {
  critical: 1,
  default: 3,
  sheddable: 4,
};

/**
 * Where later steps of a workflow stand: what was begun is ended before more is begun, or the work on the steps before
 * is lost. Critical requests stay where they are, and nothing comes before them.
 */
const ONE_HIGHER: Readonly<Record<ClassRank, ClassRank>> = { 0: 0, 1: 1, 2: 1, 3: 2, 4: 3 };

export function rankOf(
  criticality: Criticality,
  isOverShare: boolean,
  isLaterStep = false,
): ClassRank {
  const rank = isOverShare ? RANKS_OVER_SHARE[criticality] : RANKS[criticality];
  return isLaterStep ? ONE_HIGHER[rank] : rank;
}
