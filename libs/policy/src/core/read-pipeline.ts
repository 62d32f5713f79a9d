import { FieldReader, isObject } from './field-reader.js';
import type { Condition, Pipeline, Processor, Validator } from './policy-document.js';
import { readCondition } from './read-condition.js';
import type { Strictness } from './read-sections.js';

type Kind = 'pre' | 'validators' | 'post';

/** Extensions of one kind beyond which a policy is refused. */
const MAX_EXTENSIONS_PER_KIND = 5;
/** Extensions in all beyond which a policy is refused. */
const MAX_EXTENSIONS = 10;

/** Read at all, so that the message about too many can name their number. */
const MAX_READ = 100;
const EXTENSION_ID = { maxChars: 255, pattern: /^[A-Za-z0-9_.:/-]+$/ };
const TOO_MANY: Readonly<Record<Kind, string>> = {
  pre: 'too_many_pre_processors',
  validators: 'too_many_validators',
  post: 'too_many_post_processors',
};

/** Reads `pre`, `validators` and `post`, at the top or under `extensions`. */
export function readPipeline(policy: FieldReader, strictness: Strictness): Pipeline {
  const nested = policy.child('extensions');
  nested?.onlyKnows(['pre', 'validators', 'post']);
  const read = <Item>(kind: Kind, item: (fields: FieldReader, id: string) => Item) =>
    readKind(homeOf(kind, policy, nested), kind, { item, strictness });
  const pipeline: Pipeline = {
    pre: read('pre', readProcessor),
    validators: read('validators', readValidator),
    post: read('post', readProcessor),
  };
  const total = pipeline.pre.length + pipeline.validators.length + pipeline.post.length;
  if (strictness === 'stored' && total > MAX_EXTENSIONS) {
    const rule = `must have at most ${MAX_EXTENSIONS} extensions in all (pipeline_too_deep)`;
    policy.problems.add(nested?.path ?? '', total, rule);
  }
  return pipeline;
}

/** Where the list of a kind stands. It must not stand in both places. */
function homeOf(kind: Kind, policy: FieldReader, nested: FieldReader | undefined): FieldReader {
  if (nested?.has(kind) !== true) return policy;
  if (policy.list(kind, MAX_READ).length > 0) {
    nested.wrong(kind, `must not stand both here and in ${kind}`);
  }
  return nested;
}

interface Reading<Item> {
  readonly item: (fields: FieldReader, id: string) => Item;
  readonly strictness: Strictness;
}

function readKind<Item>(home: FieldReader, kind: Kind, reading: Reading<Item>): readonly Item[] {
  const isStored = reading.strictness === 'stored';
  const items = home.list(kind, MAX_READ).flatMap((value, index) => {
    // A reading of old documents skips what could not be called anyway.
    if (!isStored && !(isObject(value) && value['id'] !== undefined)) return [];
    const fields = FieldReader.of(value, `${home.at(kind)}[${index}]`, home.problems);
    fields?.require('id');
    const id = fields?.text('id', EXTENSION_ID);
    return fields === undefined || id === undefined ? [] : [reading.item(fields, id)];
  });
  if (isStored && items.length > MAX_EXTENSIONS_PER_KIND) {
    home.wrong(kind, `must have at most ${MAX_EXTENSIONS_PER_KIND} items (${TOO_MANY[kind]})`);
  }
  return items;
}

function readProcessor(fields: FieldReader, id: string): Processor {
  fields.onlyKnows(['id', 'mode', 'config', 'when']);
  const mode = fields.oneOf('mode', ['required', 'optional'] as const) ?? 'optional';
  return { id, mode, config: fields.freeForm('config'), when: readWhen(fields) };
}

function readValidator(fields: FieldReader, id: string): Validator {
  fields.onlyKnows(['id', 'on_fail', 'config', 'when']);
  const onFail = fields.oneOf('on_fail', ['block', 'warn', 'ignore'] as const) ?? 'block';
  return { id, onFail, config: fields.freeForm('config'), when: readWhen(fields) };
}

function readWhen(fields: FieldReader): Condition {
  if (!fields.has('when')) return [];
  return readCondition(fields.value('when'), fields.at('when'), fields.problems);
}
