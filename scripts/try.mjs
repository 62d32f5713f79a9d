// Asks a running system over one of its doors and prints the answer:
//   node scripts/try.mjs http|grpc|nats|durable '<request as JSON>' [--subject <subject>] [--header <name>=<value>]…
// The addresses are those of the system that `npm start` runs.
import { parseArgs } from 'node:util';
import { UserError, reportAndExit } from './lib/console.mjs';
import { doors } from './lib/doors.mjs';
import { readEndpoints } from './lib/endpoints.mjs';

const USAGE = `Usage: node scripts/try.mjs http|grpc|nats|durable '<request as JSON>' [--subject <subject>] [--header <name>=<value>]…`;

function readCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      subject: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
    },
  });
  const [door, text] = positionals;
  if (!Object.hasOwn(doors, door ?? '') || text === undefined) throw new UserError(USAGE);
  const headers = values.header.map((header) => {
    const at = header.indexOf('=');
    if (at < 1) throw new UserError(`--header ${header} must have the form name=value`);
    return [header.slice(0, at), header.slice(at + 1)];
  });
  return { ask: doors[door], text, headers, subject: values.subject };
}

function printable(answer) {
  try {
    return JSON.stringify(typeof answer === 'string' ? JSON.parse(answer) : answer, null, 2);
  } catch {
    return answer;
  }
}

try {
  const { ask, ...request } = readCommandLine();
  console.log(printable(await ask(readEndpoints(), request)));
} catch (error) {
  reportAndExit(error);
}
