import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveStore } from '../../../core/store/embedded/index.js';

/** An empty embedded store in a temporary folder that goes with it. */
export async function startFreshStore(): Promise<{ uri: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orderhub-conformance-'));
  const store = await serveStore({ dataDir, testCommands: true });
  return {
    uri: store.uri,
    stop: async () => {
      await store.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
