import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadPipelines } from './load.js';
import { structuralNodes } from './nodes/structural.js';
import { NodeRegistry } from './registry.js';

const registry = new NodeRegistry(structuralNodes);
const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

const smallest = (name: string) => ({
  name,
  nodes: [
    {
      id: 't',
      name: 'T',
      type: 'n8n-nodes-orderhub.trigger',
      typeVersion: 1,
      position: [0, 0],
      parameters: { events: ['order.received'] },
    },
  ],
  connections: {},
  settings: { executionOrder: 'v1' },
  meta: { orderhub: { schema: 'pipeline/v1', label: { en: 'A', zh: '甲' }, about: { en: 'A', zh: '甲' } } },
});
function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'pipelines-'));
  made.push(dir);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'pipeline.json'), text);
  }
  return dir;
}

test('every folder becomes a pipeline by its name', async () => {
  const dir = folder({ beta: JSON.stringify(smallest('beta')), alpha: JSON.stringify(smallest('alpha')) });
  expect([...(await loadPipelines(dir, registry)).keys()]).toEqual(['alpha', 'beta']);
});

test.each([
  ['no JSON', { alpha: '{' }, 'pipeline.json'],
  ['the name of another folder', { alpha: JSON.stringify(smallest('beta')) }, '$.name'],
])('%s is refused', async (_what, files, path) => {
  await expect(loadPipelines(folder(files), registry)).rejects.toMatchObject({
    code: 'PIPELINE_INVALID',
    facts: { path },
  });
});
