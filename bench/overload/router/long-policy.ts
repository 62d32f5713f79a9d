import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { repoPath } from '../../harness/repo-path.js';

const RULES = 10;
const VALUES = 1_000;
const FACTS = ['customer', 'region', 'project'];
const KNOWN = 'known';

/** Tells of a failed attempt, so that the rules are asked first, and of facts that stand at the end of each list but the last. */
export const LONG_CONTEXT: Readonly<Record<string, string>> = {
  status: 'timeout',
  ...Object.fromEntries(FACTS.map((fact) => [fact, KNOWN])),
  [FACTS.at(-1) ?? '']: 'new',
};

/**
 * Writes the policies of the bench once more, with rules that compare with long lists: a decision takes about a millisecond, and
 * a generator on the other core can ask for many times what a router can do. @returns the folder.
 */
export function longPolicies(): string {
  const folder = repoPath('.data/bench/long-policies');
  mkdirSync(folder, { recursive: true });
  const policy: object = JSON.parse(readFileSync(repoPath('bench/policies/chat.json'), 'utf8'));
  const list = [...Array.from({ length: VALUES - 1 }, () => 0), KNOWN];
  const rule = { when: Object.fromEntries(FACTS.map((fact) => [fact, list])), to: 'local_llm' };
  const fallbacks = Array.from({ length: RULES }, () => rule);
  writeFileSync(`${folder}/chat.json`, JSON.stringify({ ...policy, fallbacks }));
  return folder;
}
