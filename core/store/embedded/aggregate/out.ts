import { randomBytes } from 'node:crypto';
import { ObjectId } from 'bson';
import type { Doc } from '../bson/values.js';
import { buildIndex } from '../storage/build-index.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import { purgeDropped } from '../storage/purge.js';
import type { WriteJob } from '../storage/write-queue.js';
import { checkId } from '../update/document-id.js';
import { withId } from '../update/upsert.js';
import type { Target } from './merge.js';

const UNFINISHED = 'tmp.agg_out.';

/**
 * `$out`: fills a new collection with the indexes of the old one, then puts it into the old one's place in one step. When
 * a document is refused, the old collection stays as it was.
 * @throws ProtocolError DuplicateKey and whatever else an insert refuses
 */
export function* out(engine: Engine, { db, name }: Target, documents: readonly Doc[]): WriteJob<void> {
  const { catalog } = engine;
  const made = catalog.create(db, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
  try {
    const specs = catalog.get(db, name)?.indexes.map(({ spec }) => spec) ?? [];
    for (const spec of specs) if (spec.name !== '_id_') yield* buildIndex(engine, made, spec);
    yield* fill(made, documents);
  } catch (error) {
    if (!made.dropped) catalog.drop(made);
    throw error;
  }
  const old = catalog.get(db, name);
  if (old !== undefined) catalog.drop(old);
  catalog.rename(made, name);
}

function* fill(collection: Collection, documents: readonly Doc[]): WriteJob<void> {
  for (const document of documents) {
    const complete = withId(document, () => new ObjectId());
    checkId(complete.get('_id') ?? null);
    collection.insert(complete);
    yield;
  }
}

/** Drops what an `$out` that a crash cut short has left, and removes its keys. */
export function* dropUnfinished(engine: Engine): WriteJob<void> {
  for (const collection of engine.catalog.all()) {
    if (collection.name.startsWith(UNFINISHED)) engine.catalog.drop(collection);
  }
  yield* purgeDropped(engine);
}
