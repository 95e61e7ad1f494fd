import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layers } from '../../scripts/layers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Adds lines to the end of a module of the copy; imports may stand anywhere. */
type Plant = readonly [file: string, source: string];

const PLANTED: readonly (readonly [rule: string, from: string, ...plants: Plant[]])[] = [
  [
    'core-is-inside',
    'core/effect/planted.ts',
    ['core/effect/planted.ts', "export * from '../../connectors/kingdee/index.js';\n"],
  ],
  ['pure-has-no-io', 'core/order/planted.ts', ['core/order/planted.ts', "export { readFileSync } from 'node:fs';\n"]],
  [
    'pure-has-no-drivers',
    'core/revenue/planted.ts',
    ['core/revenue/planted.ts', "export { default } from 'mongoose';\n"],
  ],
  [
    'pure-stays-in-core',
    'core/catalog/planted.ts',
    ['core/catalog/planted.ts', "export { systemClock } from '../clock.js';\n"],
  ],
  [
    'connectors-use-contracts',
    'connectors/kingdee/planted.ts',
    ['connectors/kingdee/planted.ts', "export { createHub } from '../../core/hub.js';\n"],
  ],
  [
    'connectors-stand-alone',
    'connectors/kingdee/planted-2.ts',
    ['connectors/kingdee/planted-2.ts', "export { salesforce } from '../salesforce/index.js';\n"],
  ],
  [
    'n8n-in-one-place',
    'core/queue/planted.ts',
    ['core/queue/planted.ts', "export type { INode } from 'n8n-workflow/dist/cjs/index.js';\n"],
  ],
  [
    'mongoose-in-store',
    'core/task/planted.ts',
    ['core/task/planted.ts', "export type { Connection } from 'mongoose';\n"],
  ],
  ['resolvable', 'core/log/planted.ts', ['core/log/planted.ts', "export { nothing } from './not-there.js';\n"]],
  [
    'no-circle',
    'core/inbox/planted-a.ts',
    ['core/inbox/planted-a.ts', "import { b } from './planted-b.js';\nexport const a = (): unknown => b;\n"],
    ['core/inbox/planted-b.ts', "import { a } from './planted-a.js';\nexport const b = (): unknown => a;\n"],
  ],
  [
    'no-circle',
    'core/http/planted-a.ts',
    ['core/http/planted-a.ts', "import type { B } from './planted-b.js';\nexport interface A { b: B }\n"],
    ['core/http/planted-b.ts', "import type { A } from './planted-a.js';\nexport interface B { a: A }\n"],
  ],
];

describe('layers', () => {
  let copy = '';
  let planted: ReturnType<typeof layers>;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'orderhub-layers-'));
    for (const folder of ['core', 'connectors']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    for (const [, , ...plants] of PLANTED) for (const [file, source] of plants) writeFileSync(join(copy, file), source);
    planted = layers(copy);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('the tree keeps to them, and every module of it was read', () => {
    const { seen, there, faults } = layers();
    expect(faults).toEqual([]);
    expect(there).toBeGreaterThan(200);
    expect(seen).toBe(there);
  });

  test.each(PLANTED)('%s is found in %s', (rule, from) => {
    expect(planted.faults).toContainEqual(expect.objectContaining({ rule, from }));
  });
});
