import { longListRules } from '@beamline/testing';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { repoPath } from '../../harness/repo-path.js';

const RULES = 10;

/**
 * Writes the policies of the bench once more, with rules that compare with long lists: a decision takes about a millisecond, and
 * a generator on the other core can ask for many times what a router can do. @returns the folder.
 */
export function longPolicies(): string {
  const folder = repoPath('.data/bench/long-policies');
  mkdirSync(folder, { recursive: true });
  const policy: object = JSON.parse(readFileSync(repoPath('bench/policies/chat.json'), 'utf8'));
  writeFileSync(
    `${folder}/chat.json`,
    JSON.stringify({ ...policy, fallbacks: longListRules(RULES) }),
  );
  return folder;
}
