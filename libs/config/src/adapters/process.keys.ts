import { flag, integer, milliseconds, oneOf, optionalText } from './key.js';

/** What every process has: logs, a way to say that it is ready, a way to stop. */
export const processKeys = {
  readyFile: optionalText({
    about:
      'Where to write the addresses (`http`, `grpc`, `nats`) and the process id as JSON, once ready.',
  }),
  shutdownGraceMs: milliseconds(
    10_000,
    'How long a stopping process may finish what it has accepted; then it is cut off.',
  ),
  shutdownDrainMs: milliseconds(
    0,
    'How long a stopping process keeps serving while readiness already says no, so that load balancers notice. Part of the grace.',
    0,
  ),
  logLevel: oneOf(['debug', 'info', 'warn', 'error'], 'info', 'Least severe level that is logged.'),
  logDir: optionalText({
    about: 'Folder for the daily files `router_YYYY-MM-DD.jsonl`. Not set: no files.',
  }),
  logToConsole: flag(true, 'Log to standard output. The contract says false.'),
  logRetentionDays: integer(
    { from: 1, to: 3650, byDefault: 30 },
    { about: 'Days that log files are kept.', unit: 'days' },
  ),
};
