// A Jest reporter: a test run that does not end when its tests have ended fails, and says why.
const PATIENCE_MS = 10_000;

export default class OpenHandlesReporter {
  onRunComplete() {
    // Only what somebody left open keeps the process alive for as long as this.
    const overdue = setTimeout(() => {
      console.error(
        `\nThe tests have ended, but ${PATIENCE_MS / 1000} s later the process still runs: a spec left something open. Find it with --detectOpenHandles.`,
      );
      process.exit(1);
    }, PATIENCE_MS);
    overdue.unref();
  }
}
