/** One thing that must hold before a service may be sent traffic. */
export interface ReadinessCheck {
  /** As the probes name it. */
  readonly name: string;
  /** `true` when it holds, else one sentence that says what is missing. */
  readonly holds: () => true | string;
  /** One sentence about it while it holds. Default: nothing. */
  readonly detail?: () => string;
}

/** What every health door reports: all doors read this one object, so that they cannot disagree. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly checks: Readonly<Record<string, true | string>>;
  /** What there is to say of checks that hold. */
  readonly details: Readonly<Record<string, string>>;
}

type Listener = (ready: boolean) => void;

/** Whether this replica may be sent traffic, and why not. */
export class Readiness {
  #draining = false;
  #lastReady = false;
  readonly #listeners: Listener[] = [];

  constructor(private readonly checks: readonly ReadinessCheck[]) {}

  /** Evaluates every check now and tells the listeners when the answer changed. */
  report(): ReadinessReport {
    const checks: Record<string, true | string> = {};
    const details: Record<string, string> = {};
    let ready = !this.#draining;
    for (const { name, holds, detail } of this.checks) {
      const answer = holds();
      checks[name] = answer;
      if (answer !== true) ready = false;
      else if (detail) details[name] = detail();
    }
    if (ready !== this.#lastReady) {
      this.#lastReady = ready;
      for (const listener of this.#listeners) listener(ready);
    }
    return { ready, draining: this.#draining, checks, details };
  }

  /** From now on the answer is no: load balancers shall send new work elsewhere. */
  drain(): void {
    this.#draining = true;
    this.report();
  }

  /** Settles when the answer is yes for the first time. */
  untilReady(): Promise<void> {
    return new Promise((resolve) => {
      this.onChange((ready) => ready && resolve());
      if (this.report().ready) resolve();
    });
  }

  /** Calls `listener` on every change of the answer; it starts as not ready. */
  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }
}
