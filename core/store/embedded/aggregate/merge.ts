import { ObjectId } from 'bson';
import { type Doc, doc, isDoc, type Value } from '../bson/values.js';
import { firstMatch } from '../commands/modify.js';
import { ProtocolError } from '../protocol-error.js';
import { compileFilter } from '../query/match.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import type { WriteJob } from '../storage/write-queue.js';
import { checkId } from '../update/document-id.js';
import { withId } from '../update/upsert.js';
import { expressionContext } from './expression.js';
import type { Variables } from './scope.js';
import { updatePipeline } from './update-pipeline.js';

export type Target = Readonly<{ db: string; name: string }>;

/** The document that takes the place of `old`. */
type Combine = (old: Doc, fresh: Doc) => Doc;

const WHEN_MATCHED: Readonly<Record<string, Combine>> = {
  replace: (old, fresh) => withId(fresh, () => old.get('_id') ?? null),
  keepExisting: (old) => old,
  merge: (old, fresh) => new Map([...old, ...fresh]),
};

const WHEN_NOT_MATCHED = new Set(['insert', 'discard', 'fail']);
const OPTIONS = new Set(['into', 'on', 'let', 'whenMatched', 'whenNotMatched']);

/**
 * `$merge`: each document goes into the one of the target collection that has the same values in `on`.
 * @throws ProtocolError FailedToParse, BadValue for options; Location51183 without a unique index on `on`; DuplicateKey;
 *   MergeStageNoMatchingDocument when `whenNotMatched` is `fail`. What was stored before stays.
 */
export function merge(
  engine: Engine,
  { db, name }: Target,
  options: Doc,
  variables: Variables,
): (documents: readonly Doc[]) => WriteJob<void> {
  for (const key of options.keys()) {
    if (!OPTIONS.has(key)) throw new ProtocolError('Location40415', `BSON field '$merge.${key}' is an unknown field.`);
  }
  if (options.has('let')) throw new ProtocolError('NotImplemented', '$merge.let is not offered by the embedded store');
  const keys = keysOf(options.get('on') ?? '_id');
  const whenMatched = options.get('whenMatched') ?? 'merge';
  const whenNotMatched = String(options.get('whenNotMatched') ?? 'insert');
  if (!WHEN_NOT_MATCHED.has(whenNotMatched)) throw badMode('whenNotMatched', whenNotMatched);
  const combine = whenMatched === 'fail' ? undefined : combineBy(whenMatched, variables);
  return function* (documents) {
    const collection = engine.catalog.obtain(db, name);
    requireUnique(collection, keys);
    for (const document of documents) {
      // Only a document that is looked up by its _id needs one now; others get it when they are inserted.
      const fresh = keys.includes('_id') ? withNewId(document) : document;
      yield* mergeOne(engine, collection, fresh, { keys, combine, whenNotMatched });
      yield;
    }
  };
}

type Mode = Readonly<{ keys: readonly string[]; combine: Combine | undefined; whenNotMatched: string }>;

function* mergeOne(engine: Engine, collection: Collection, fresh: Doc, mode: Mode): WriteJob<void> {
  const query = queryFor(fresh, mode.keys);
  const filter = compileFilter(query, expressionContext(new Map()));
  const record = yield* firstMatch(engine, collection, { filter, sort: [], hint: undefined });
  if (record !== undefined && mode.combine !== undefined) {
    const next = mode.combine(record.document, fresh);
    if (next !== record.document) collection.replace(record, keepId(record.document, next));
    return;
  }
  if (record !== undefined || mode.whenNotMatched === 'insert') collection.insert(complete(fresh));
  else if (mode.whenNotMatched === 'fail') {
    throw new ProtocolError('MergeStageNoMatchingDocument', '$merge could not find a matching document');
  }
}

const withNewId = (document: Doc): Doc => withId(document, () => new ObjectId());

function complete(document: Doc): Doc {
  const result = withNewId(document);
  checkId(result.get('_id') ?? null);
  return result;
}

function keepId(old: Doc, next: Doc): Doc {
  const query = doc({ _id: doc({ $eq: old.get('_id') ?? null }) });
  if (compileFilter(query, expressionContext(new Map())).test(next)) return next;
  throw new ProtocolError('ImmutableField', '$merge would change the _id of a document');
}

const badMode = (option: string, mode: Value) =>
  new ProtocolError(
    'BadValue',
    `Enumeration value '${String(mode)}' for field '$merge.${option}' is not a valid value.`,
  );

function combineBy(whenMatched: Value, variables: Variables): Combine {
  if (Array.isArray(whenMatched)) {
    const apply = (fresh: Doc) => updatePipeline(whenMatched, new Map([...variables, ['new', fresh]]));
    apply(new Map());
    return (old, fresh) => apply(fresh)(old);
  }
  const mode = String(whenMatched);
  const known = Object.hasOwn(WHEN_MATCHED, mode) ? WHEN_MATCHED[mode] : undefined;
  if (known === undefined) throw badMode('whenMatched', whenMatched);
  return known;
}

function keysOf(on: Value): readonly string[] {
  const keys = Array.isArray(on) ? on : [on];
  const names = keys.filter((key) => typeof key === 'string');
  if (names.length > 0 && names.length === keys.length) return names;
  throw new ProtocolError('FailedToParse', "$merge 'on' must be a field or a list of fields");
}

/** Without a unique index more than one document could match. */
function requireUnique({ indexes }: Collection, keys: readonly string[]): void {
  const fits = indexes.some(
    ({ spec, state }) =>
      (spec.unique || spec.name === '_id_') &&
      state === 'ready' &&
      spec.partialFilterExpression === undefined &&
      spec.key.size === keys.length &&
      keys.every((key) => spec.key.has(key)),
  );
  if (!fits) throw new ProtocolError('Location51183', 'Cannot find index to verify that join fields will be unique');
}

function queryFor(document: Doc, keys: readonly string[]): Doc {
  const query: Doc = new Map();
  for (const key of keys) {
    const value = valueAt(document, key);
    if (key !== '_id' && (value === undefined || value === null || Array.isArray(value))) {
      throw new ProtocolError(
        'Location51132',
        `$merge write error: 'on' field '${key}' cannot be missing, null or an array`,
      );
    }
    query.set(key, doc({ $eq: value ?? null }));
  }
  return query;
}

const valueAt = (document: Doc, path: string): Value | undefined =>
  path.split('.').reduce<Value | undefined>((value, key) => (isDoc(value) ? value.get(key) : undefined), document);
