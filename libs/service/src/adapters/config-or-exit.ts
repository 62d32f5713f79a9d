import { ConfigError } from '@beamline/config';

/** Exit code of a process that was told something it cannot work with. */
const EXIT_MISCONFIGURED = 2;

/** Reads the configuration, or says on standard error what is wrong with it and ends the process with code 2. */
export function configOrExit<Config>(load: () => Config): Config {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_MISCONFIGURED);
  }
}
