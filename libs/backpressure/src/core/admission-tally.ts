import type { AdmissionCounts, RefusalReason } from './admission-types.js';
import { CRITICALITIES, type Criticality } from '@beamline/contracts/core';

/** Requests by class and fate, until they are collected. */
export class AdmissionTally {
  #admitted = noneOfAny();
  #refused = new Map<RefusalReason, Record<Criticality, number>>();

  admit(criticality: Criticality): void {
    this.#admitted[criticality] += 1;
  }

  refuse(criticality: Criticality, reason: RefusalReason): void {
    let byClass = this.#refused.get(reason);
    if (byClass === undefined) {
      byClass = noneOfAny();
      this.#refused.set(reason, byClass);
    }
    byClass[criticality] += 1;
  }

  take(): AdmissionCounts {
    const refused = [...this.#refused].flatMap(([reason, byClass]) =>
      CRITICALITIES.filter((criticality) => byClass[criticality] > 0).map((criticality) => ({
        criticality,
        reason,
        count: byClass[criticality],
      })),
    );
    const counts = { admitted: this.#admitted, refused };
    this.#admitted = noneOfAny();
    this.#refused = new Map();
    return counts;
  }
}

function noneOfAny(): Record<Criticality, number> {
  return { critical: 0, default: 0, sheddable: 0 };
}
