import { doc } from './bson/values.js';
import { matches, queryOf } from './commands/query.js';
import type { Collection } from './storage/collection.js';
import type { Engine } from './storage/engine.js';
import type { Index } from './storage/index-spec.js';
import type { WriteJob } from './storage/write-queue.js';

/** Removes documents whose date lies longer back than a TTL index allows. Returns how many. */
export function* sweepExpired(engine: Engine, now: Date): WriteJob<number> {
  let removed = 0;
  for (const collection of engine.catalog.all()) {
    for (const index of collection.indexes) {
      if (index.state === 'ready' && index.spec.expireAfterSeconds !== undefined) {
        removed += yield* sweepIndex(engine, collection, index, now, index.spec.expireAfterSeconds);
      }
    }
  }
  return removed;
}

function* sweepIndex(
  engine: Engine,
  collection: Collection,
  index: Index,
  now: Date,
  seconds: number,
): WriteJob<number> {
  const [path = ''] = index.spec.key.keys();
  const limit = new Date(now.getTime() - seconds * 1000);
  const condition = doc({ [path]: doc({ $lt: limit }) });
  const query = index.spec.partialFilterExpression;
  const filter = engine.compileFilter(query === undefined ? condition : doc({ $and: [condition, query] }));
  let removed = 0;
  for (const record of matches(engine, collection, queryOf(filter))) {
    if (record !== undefined && !collection.dropped) {
      collection.remove(record);
      removed++;
    }
    yield;
    if (collection.dropped) break;
  }
  return removed;
}
