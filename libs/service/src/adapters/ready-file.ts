import { renameSync, writeFileSync } from 'node:fs';

/** Writes facts as JSON. Whoever waits for the file sees the whole of it or none. */
export function writeReadyFile(path: string, facts: Readonly<Record<string, unknown>>): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(facts)}\n`);
  renameSync(draft, path);
}
