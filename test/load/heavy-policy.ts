import { LONG_LIST_CONTEXT, longListRules } from '@beamline/testing';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aRequest } from '../e2e/requests.js';
import { EXAMPLE_POLICIES } from '../e2e/stack.js';

const RULES = 100;

/** A folder of policies in which a decision for acme takes milliseconds of a processor instead of microseconds. */
export function heavyPolicies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'beamline-policies-'));
  cpSync(EXAMPLE_POLICIES, folder, { recursive: true });
  const file = join(folder, 'acme/default.json');
  const policy: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...policy, fallbacks: longListRules(RULES) }));
  return folder;
}

/** A request for which all these rules are read, and none applies. */
export function aHeavyRequest(): Record<string, unknown> {
  return aRequest({ context: LONG_LIST_CONTEXT });
}
