import type { StreamConfigPart } from './stream-config.js';

/** What has to happen to a stream so that it serves as wanted. */
export type StreamChange =
  | { readonly kind: 'create'; readonly config: StreamConfigPart }
  | {
      readonly kind: 'update';
      readonly name: string;
      readonly changes: Partial<StreamConfigPart>;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'keep'; readonly name: string; readonly notes: readonly string[] }
  | { readonly kind: 'refuse'; readonly name: string; readonly problems: readonly string[] };

const FIXED = ['retention', 'storage'] as const;
/** Smaller is tighter, and tightening makes the server drop what is stored. 0 and below mean no limit. */
const LIMITS = ['max_age', 'max_bytes', 'max_msgs', 'max_msgs_per_subject'] as const;
/** Changing these harms nothing that is stored. */
const FREE = ['num_replicas', 'max_msg_size', 'discard', 'duplicate_window'] as const;
/** A bucket cannot work without them; nobody else cares. */
const NEEDED = ['allow_rollup_hdrs', 'deny_delete', 'allow_direct'] as const;

/**
 * Compares what is wanted with what exists. Widens limits and adds subjects; never takes a subject away, and never
 * tightens a limit, since that would delete stored messages: both are told in `notes`. What the server cannot change
 * is refused.
 */
export function planStream(
  want: StreamConfigPart,
  have: StreamConfigPart | undefined,
): StreamChange {
  if (have === undefined) return { kind: 'create', config: want };
  const { name } = want;
  const problems = FIXED.filter((key) => want[key] !== have[key]).map(
    (key) => `stream ${name} exists with ${key} ${have[key]}, but ${want[key]} is needed`,
  );
  if (problems.length > 0) return { kind: 'refuse', name, problems };

  const { changes: limitChanges, notes } = planLimits(want, have);
  const changes = {
    ...limitChanges,
    ...pick(
      want,
      FREE.filter((key) => want[key] !== have[key]),
    ),
    ...pick(
      want,
      NEEDED.filter((key) => want[key] && !have[key]),
    ),
    ...planSubjects(want, have),
  };
  if (Object.keys(changes).length === 0) return { kind: 'keep', name, notes };
  return { kind: 'update', name, changes, notes };
}

function planSubjects(
  want: StreamConfigPart,
  have: StreamConfigPart,
): Partial<Pick<StreamConfigPart, 'subjects'>> {
  const missing = want.subjects.filter((subject) => !have.subjects.includes(subject));
  return missing.length === 0 ? {} : { subjects: [...have.subjects, ...missing] };
}

function planLimits(
  want: StreamConfigPart,
  have: StreamConfigPart,
): { changes: Partial<StreamConfigPart>; notes: string[] } {
  const wider = LIMITS.filter((key) => asLimit(want[key]) > asLimit(have[key]));
  const tighter = LIMITS.filter((key) => asLimit(want[key]) < asLimit(have[key]));
  return {
    changes: pick(want, wider),
    notes: tighter.map(
      (key) =>
        `stream ${want.name} keeps its ${key} of ${have[key]}: ${want[key]} would delete stored messages`,
    ),
  };
}

function asLimit(value: number): number {
  return value <= 0 ? Number.POSITIVE_INFINITY : value;
}

function pick(
  from: StreamConfigPart,
  keys: readonly (keyof StreamConfigPart)[],
): Partial<StreamConfigPart> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
