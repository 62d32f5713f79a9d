/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Name of the key as it is spelled in the environment, e.g. `GRPC_PORT`. */
  readonly key: string;
  /** Where the value came from: `environment`, `file <path>`, or `default`. */
  readonly source: string;
  /** The value as text, shortened, masked where it is a secret. Absent when there is none to show. */
  readonly value?: string;
  /** What the value has to be. */
  readonly rule: string;
}

/** The configuration cannot be used. Lists every problem, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`the configuration has ${count}:\n${lines.join('\n')}`);
  }
}

function describeProblem({ key, source, value, rule }: ConfigProblem): string {
  const shown = value === undefined ? key : `${key}="${value}"`;
  return `${shown} (${source}): ${rule}`;
}
