import { rmSync } from 'node:fs';
import type { Clock } from '../../core/clock.js';
import { connectStore } from '../../core/store/connect.js';
import { startEmbeddedStore } from '../../core/store/embedded/index.js';
import { ensureIndexes, hubModels } from '../../core/store/models/index.js';
import { newDataDir } from './hub-process.js';

/** The hub's collections on a store of their own. */
export async function startStoreRig() {
  const dataDir = newDataDir();
  const store = await startEmbeddedStore({ dataDir, worker: false });
  const connection = await connectStore(store.uri);
  const models = hubModels(connection);
  await ensureIndexes(models);
  return {
    models,
    stop: async () => {
      await connection.close();
      await store.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A clock that stands until it is moved. */
export function standingClock(start = Date.UTC(2026, 10, 18, 8)): Clock & { pass(ms: number): void } {
  let at = start;
  return {
    now: () => new Date(at),
    monotonicMs: () => at,
    pass: (ms) => {
      at += ms;
    },
  };
}
