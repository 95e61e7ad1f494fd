import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileExpression } from '../aggregate/expression.js';
import { Engine } from '../storage/engine.js';

/** An engine on a folder of its own; `close` removes it. */
export function openEngine(cacheBytes = 1024 * 1024): { engine: Engine; close(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-engine-'));
  const engine = new Engine({
    dataDir: folder,
    cacheBytes,
    expression: (source) => compileExpression(source, new Map()),
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    engine,
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
