import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { doc } from '../bson/values.js';
import { parseIndex } from '../commands/index-options.js';
import { matches, queryOf } from '../commands/query.js';
import { buildIndex, resumeBuilds } from './build-index.js';
import { Engine } from './engine.js';
import { numberKey } from './environment.js';
import { purgeDropped } from './purge.js';
import { atOnce, type WriteJob } from './write-queue.js';

const folder = mkdtempSync(join(tmpdir(), 'orderhub-recovery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  new Engine({
    dataDir: folder,
    cacheBytes: 100_000,
    expression: () => () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });

/** A job that stops after some steps, as if the process had ended there. */
function* cut(job: WriteJob<unknown>, steps: number): WriteJob<void> {
  for (let step = 0; step < steps && job.next().done !== true; step++) yield;
}

describe('what a crash leaves half done', () => {
  test('an index under construction is finished, and is not read before', async () => {
    const before = open();
    const collection = await before.write(atOnce(() => before.catalog.create('t', 'c')));
    await before.write(
      atOnce(() => {
        for (let n = 0; n < 100; n++) collection.insert(doc({ _id: n, g: n % 4 }));
      }),
    );
    await before.write(cut(buildIndex(before, collection, parseIndex(doc({ key: doc({ g: 1 }), name: 'g' }))), 30));
    await before.close();

    const after = open();
    const again = after.catalog.get('t', 'c');
    if (again === undefined) throw new TypeError('the collection is gone');
    const find = () =>
      [...matches(after, again, queryOf(after.compileFilter(doc({ g: 1 }))))].filter((found) => found !== undefined)
        .length;
    expect(again.indexes.map(({ state }) => state)).toEqual(['ready', 'building']);
    expect(find()).toBe(25);
    await after.write(resumeBuilds(after));
    expect(again.indexes.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(find()).toBe(25);
    const [, index] = again.indexes;
    const entries = after.env.entries.getKeysCount({
      start: numberKey(index?.number ?? 0),
      end: numberKey((index?.number ?? 0) + 1),
    });
    expect(entries).toBe(100);
    await after.close();
  });

  test('keys of a dropped collection are removed later, and its number is not used again', async () => {
    const before = open();
    const old = before.catalog.get('t', 'c');
    if (old === undefined) throw new TypeError('the collection is gone');
    await before.write(atOnce(() => before.catalog.drop(old)));
    await before.close();

    const after = open();
    expect(after.catalog.get('t', 'c')).toBeUndefined();
    const fresh = await after.write(atOnce(() => after.catalog.create('t', 'c')));
    expect(fresh.number).toBeGreaterThan(old.number);
    expect(fresh.count).toBe(0);
    await after.write(purgeDropped(after));
    for (const database of [after.env.documents, after.env.entries]) expect(database.getKeysCount({})).toBe(0);
    expect(after.catalog.pendingPurges()).toEqual([]);
    await after.close();
  });
});
