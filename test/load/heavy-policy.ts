import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aRequest } from '../e2e/requests.js';
import { EXAMPLE_POLICIES } from '../e2e/stack.js';

const RULES = 100;
const VALUES = 1_000;
const FACTS = ['customer', 'region', 'project'];
const KNOWN = 'known';

/**
 * A folder of policies in which acme has rules with lists as long as they may be: a decision that has to read them all takes milliseconds
 * of a processor instead of microseconds, so that ten times what one router can do is not much for a machine.
 */
export function heavyPolicies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'beamline-policies-'));
  cpSync(EXAMPLE_POLICIES, folder, { recursive: true });
  const file = join(folder, 'acme/default.json');
  const policy: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  // Only the last list does not end with what the request says: all have to be read to their ends.
  const list = [...Array.from({ length: VALUES - 1 }, () => 0), KNOWN];
  const rule = { when: Object.fromEntries(FACTS.map((fact) => [fact, list])), to: 'local_llm' };
  const fallbacks = Array.from({ length: RULES }, () => rule);
  writeFileSync(file, JSON.stringify({ ...policy, fallbacks }));
  return folder;
}

/** A request for which all these rules are read, and none applies. */
export function aHeavyRequest(): Record<string, unknown> {
  const facts = FACTS.map((fact, index) => [fact, index < FACTS.length - 1 ? KNOWN : 'new']);
  return aRequest({ context: { status: 'timeout', ...Object.fromEntries(facts) } });
}
