import type { Report } from './results.js';

/** What stands above the tables of a report: its name, the machine, the commit and the time. */
export function caption(name: string, { machine, date, commit }: Report): string {
  return (
    `### ${name}\n\n` +
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.os}; commit ${commit}; ${date.slice(0, 16).replace('T', ' ')} UTC.`
  );
}
