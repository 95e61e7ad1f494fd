import type { Engine } from './engine.js';
import { numberKey } from './environment.js';
import type { WriteJob } from './write-queue.js';

const SLICE = 200;

/** Removes the keys of dropped collections and indexes, little by little. */
export function* purgeDropped(engine: Engine): WriteJob<void> {
  for (const purge of engine.catalog.pendingPurges()) {
    const database = engine.env[purge.kind];
    const range = { start: numberKey(purge.number), end: numberKey(purge.number + 1), limit: SLICE };
    for (let keys = [...database.getKeys(range)]; keys.length > 0; keys = [...database.getKeys(range)]) {
      for (const key of keys) engine.remove(database, key);
      yield;
    }
    engine.catalog.purged(purge);
  }
}
