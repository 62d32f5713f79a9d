import { OTHER } from './family.js';

/**
 * Finds what is counted for a subject. Subjects below a known one (`….decide.async.<tenant>`) count as that one, and
 * those that nobody declared as `_other`: a publisher must not be able to invent labels.
 */
export function bySubject<Cells>(
  subjects: readonly string[],
  make: (label: string) => Cells,
): (subject: string) => Cells {
  const known = new Map(subjects.map((subject) => [subject, make(subject)]));
  // The longest first: a subject may lie below another one.
  const prefixes = [...known].toSorted(([a], [b]) => b.length - a.length);
  const beyond = make(OTHER);
  return (subject) =>
    known.get(subject) ??
    prefixes.find(([prefix]) => subject.startsWith(`${prefix}.`))?.[1] ??
    beyond;
}
