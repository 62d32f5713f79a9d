// What the scripts say: one line per fact, and a sign of life for whatever takes longer than two seconds.

/** A failure whose message is meant for the user; shown without a stack. */
export class UserError extends Error {
  name = 'UserError';
}

export const say = (message) => console.log(message);

/** Seconds with one decimal, for people. */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs `work`, and says that it still runs after 2 s and then every 3 s. Answers what the work answers. */
export async function withProgress(label, work) {
  const startedMs = performance.now();
  const elapsed = () => seconds(performance.now() - startedMs);
  const tick = () => say(`  ${label}: still at it, ${elapsed()}`);
  let every;
  const first = setTimeout(() => {
    tick();
    every = setInterval(tick, 3_000);
  }, 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}

/** Ends the process as a failed script should: the message alone for what the user can mend, the stack for what is our bug. */
export function reportAndExit(error) {
  console.error(error instanceof UserError ? `\n${error.message}\n` : error);
  process.exit(1);
}
