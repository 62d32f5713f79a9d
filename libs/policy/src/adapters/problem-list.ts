/** A policy document that is not in force, and why. */
export interface PolicyStoreProblem {
  readonly tenantId: string;
  readonly policyId: string;
  readonly source: 'seed' | 'kv';
  /** Seed file, or key and revision in the bucket. */
  readonly where: string;
  /** One line per problem: path, value and rule. */
  readonly problems: readonly string[];
  /** Whether an earlier version of the policy is in force instead. */
  readonly lastGoodInForce: boolean;
}

/** Open problems by place. At the bound further ones are counted, not kept. */
export class ProblemList {
  readonly #open = new Map<string, PolicyStoreProblem>();
  #unlisted = 0;

  constructor(private readonly capacity: number) {}

  /** How many problems found no room since the start. */
  get unlisted(): number {
    return this.#unlisted;
  }

  get size(): number {
    return this.#open.size;
  }

  get(place: string): PolicyStoreProblem | undefined {
    return this.#open.get(place);
  }

  set(place: string, problem: PolicyStoreProblem): void {
    if (this.#open.size >= this.capacity && !this.#open.has(place)) this.#unlisted += 1;
    else this.#open.set(place, problem);
  }

  clear(place: string): void {
    this.#open.delete(place);
  }

  clearSource(source: PolicyStoreProblem['source']): void {
    for (const [place, problem] of this.#open) {
      if (problem.source === source) this.#open.delete(place);
    }
  }

  list(): readonly PolicyStoreProblem[] {
    return [...this.#open.values()];
  }
}
