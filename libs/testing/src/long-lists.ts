const VALUES = 1_000;
const FACTS = ['customer', 'region', 'project'];
const KNOWN = 'known';

/**
 * So many rules that compare with lists as long as they may be, and decide nothing for {@link LONG_LIST_CONTEXT}: all have
 * to be read to their ends. A hundred take milliseconds of a processor, so that many times what one router can decide is
 * not much for a machine.
 */
export function longListRules(count: number): readonly object[] {
  const list = [...Array.from({ length: VALUES - 1 }, () => 0), KNOWN];
  const rule = { when: Object.fromEntries(FACTS.map((fact) => [fact, list])), to: 'local_llm' };
  return Array.from({ length: count }, () => rule);
}

/** Tells of a failed attempt, so that the rules are asked first, and of facts that stand at the end of each list but the last. */
export const LONG_LIST_CONTEXT: Readonly<Record<string, string>> = {
  status: 'timeout',
  ...Object.fromEntries(FACTS.map((fact) => [fact, KNOWN])),
  [FACTS.at(-1) ?? '']: 'new',
};
