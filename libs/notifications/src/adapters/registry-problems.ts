/** An entry of the bucket of gateways that is not in force, and why. */
export interface RegistryProblem {
  readonly key: string;
  readonly problem: string;
}

const MAX_PROBLEMS = 1_000;

/** Entries that are not in force: at most a thousand, further ones are only told. */
export class RegistryProblems {
  readonly #problems = new Map<string, string>();

  add(key: string, problem: string): void {
    if (this.#problems.size < MAX_PROBLEMS || this.#problems.has(key)) {
      this.#problems.set(key, problem);
    }
  }

  has(key: string): boolean {
    return this.#problems.has(key);
  }

  solve(key: string): void {
    this.#problems.delete(key);
  }

  clear(): void {
    this.#problems.clear();
  }

  list(): readonly RegistryProblem[] {
    return [...this.#problems].map(([key, problem]) => ({ key, problem }));
  }
}
