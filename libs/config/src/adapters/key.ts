import {
  type Static,
  type TBoolean,
  type TInteger,
  type TSchema,
  type TString,
  type TUnsafe,
  Type,
} from '@sinclair/typebox';

/** What a reader of the documentation needs to know of a key beside its type and default. */
export interface KeyNotes {
  /** One sentence: what the key is for. */
  readonly about: string;
  /** What the number counts: `ms`, `s`, `bytes`, … */
  readonly unit?: string;
  /** Other spellings that are accepted. */
  readonly aliases?: readonly string[];
  /** The value is never shown. */
  readonly secret?: true;
  /** What a text has to be, in words, when a pattern alone would be unreadable. */
  readonly shape?: string;
  /** The path must exist at start and be of this type. */
  readonly mustExist?: 'file' | 'directory';
  /** In the environment the value is written as JSON. */
  readonly json?: true;
}

interface IntegerRange {
  readonly from: number;
  readonly to: number;
  readonly byDefault: number;
}

/** Names of the notes, for the validator to ignore. */
export const NOTE_KEYWORDS = [
  'about',
  'unit',
  'aliases',
  'secret',
  'shape',
  'mustExist',
  'json',
] as const;

const SUBJECT_PATTERN = String.raw`^[^\s.*>]+(?:\.[^\s.*>]+)*$`;

/** A whole number within bounds. */
export function integer({ from, to, byDefault }: IntegerRange, notes: KeyNotes): TInteger {
  return Type.Integer({ minimum: from, maximum: to, default: byDefault, ...notes });
}

/** A duration in milliseconds, at most an hour. */
export function milliseconds(byDefault: number, about: string, from = 1): TInteger {
  return integer({ from, to: 3_600_000, byDefault }, { about, unit: 'ms' });
}

/** A TCP port; 0 takes a free one. */
export function port(byDefault: number, about: string, aliases: readonly string[] = []): TInteger {
  return integer({ from: 0, to: 65_535, byDefault }, { about, aliases });
}

/** Yes or no. */
export function flag(byDefault: boolean, about: string): TBoolean {
  return Type.Boolean({ default: byDefault, about });
}

/** A text with a default. */
export function text(byDefault: string, notes: KeyNotes, pattern?: string): TString {
  return Type.String({ default: byDefault, ...bounds(pattern), ...notes });
}

/** A text that may be absent. */
export function optionalText(notes: KeyNotes, pattern?: string) {
  return Type.Optional(Type.String({ ...bounds(pattern), ...notes }));
}

/** An address to listen on. */
export function host(byDefault: string, about: string): TString {
  return text(byDefault, { about, shape: 'a host name or address' }, String.raw`^\S{1,255}$`);
}

/** A NATS subject to publish or subscribe to, without wildcards. */
export function subject(byDefault: string, about: string): TString {
  return text(byDefault, { about, shape: 'a NATS subject without wildcards' }, SUBJECT_PATTERN);
}

/** A name of a durable consumer or a queue group. */
export function natsName(byDefault: string, about: string): TString {
  const shape = 'a name of letters, digits, - and _';
  return text(byDefault, { about, shape }, '^[A-Za-z0-9_-]{1,128}$');
}

/** One of a closed set of words. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  byDefault: Word,
  about: string,
): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: words, default: byDefault, about });
}

/** One of a closed set of whole numbers. */
export function oneOfIntegers<const Number extends number>(
  numbers: readonly [Number, ...Number[]],
  byDefault: Number,
  about: string,
): TUnsafe<Number> {
  return Type.Unsafe<Number>({ type: 'integer', enum: numbers, default: byDefault, about });
}

/** A JSON value that may be absent. Only a map is checked, by `properties`: whoever reads it judges the rest. */
export function optionalMap(properties: Readonly<Record<string, TSchema>>, notes: KeyNotes) {
  const checked = Type.Partial(Type.Object(properties, { additionalProperties: false }));
  return Type.Optional(
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON schema
    Type.Unsafe<unknown>({ if: { type: 'object' }, then: checked, json: true, ...notes }),
  );
}

/** A list that cannot be changed once read. */
export function listOf<Item extends TSchema>(
  items: Item,
  options: Readonly<Record<string, unknown>>,
): TUnsafe<readonly Static<Item>[]> {
  return Type.Unsafe<readonly Static<Item>[]>(Type.Array(items, options));
}

function bounds(pattern: string | undefined): { maxLength: number; pattern?: string } {
  return pattern === undefined ? { maxLength: 4096 } : { maxLength: 4096, pattern };
}
