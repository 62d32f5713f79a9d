/** Part of what is admitted that may be let in past the prediction. */
const SHARE = 0.05;
/** Exemptions that may be saved up. */
const MOST_SAVED = 20;

/** Keeps those who claim to be above all classes to a twentieth of what is admitted. */
export class Exemption {
  #saved = 1;

  noteAdmitted(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + SHARE);
  }

  tryUse(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
