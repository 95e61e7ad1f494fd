import type { Collection } from './collection.js';
import type { Engine } from './engine.js';
import type { Index, IndexSpec } from './index-spec.js';
import { candidates } from './scan.js';
import type { WriteJob } from './write-queue.js';

/**
 * Adds an index and its entries. Other writes run between the steps and keep the new index up; queries use it only
 * when it is complete. A build that the process did not finish is started again by `resumeBuilds`.
 * @throws ProtocolError DuplicateKey, CannotIndexParallelArrays; the index is gone then
 */
export function* buildIndex(engine: Engine, collection: Collection, spec: IndexSpec): WriteJob<Index> {
  const index = engine.catalog.addIndex(collection, spec);
  yield* fillIndex(engine, collection, index);
  return index;
}

function* fillIndex(engine: Engine, collection: Collection, index: Index): WriteJob<void> {
  try {
    for (const record of candidates(engine, collection, { kind: 'collection', reverse: false, sorted: true })) {
      collection.addToIndex(index, record);
      yield;
      if (collection.dropped || !collection.indexes.includes(index)) return;
    }
    index.state = 'ready';
    engine.catalog.save(collection);
  } catch (error) {
    if (!collection.dropped && collection.indexes.includes(index)) engine.catalog.dropIndex(collection, index);
    throw error;
  }
}

/** Finishes builds that a crash interrupted: adding an entry again changes nothing. */
export function* resumeBuilds(engine: Engine): WriteJob<void> {
  for (const collection of engine.catalog.all()) {
    for (const index of collection.indexes.filter(({ state }) => state === 'building')) {
      yield* fillIndex(engine, collection, index);
    }
  }
}
