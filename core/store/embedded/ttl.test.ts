import { afterAll, describe, expect, test } from 'vitest';
import { doc } from './bson/values.js';
import { parseIndex } from './commands/index-options.js';
import { buildIndex } from './storage/build-index.js';
import { atOnce } from './storage/write-queue.js';
import { openEngine } from './testing/engine-rig.js';
import { sweepExpired } from './ttl.js';

const rig = openEngine();
afterAll(() => rig.close());

describe('a TTL index', () => {
  test('removes documents whose date is older than its seconds, and no others', async () => {
    const { engine } = rig;
    const now = new Date('2026-03-01T00:00:00Z');
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    const collection = await engine.write(atOnce(() => engine.catalog.create('t', 'seen')));
    const key = doc({ at: 1 });
    await engine.write(buildIndex(engine, collection, parseIndex(doc({ key, name: 'at', expireAfterSeconds: 60 }))));
    await engine.write(
      atOnce(() => {
        const values = [ago(61), ago(59), null, 'text', [ago(10), ago(100)], ago(1_000_000)];
        values.forEach((at, _id) => {
          collection.insert(doc({ _id, at }));
        });
        collection.insert(doc({ _id: 'none' }));
      }),
    );
    expect(await engine.write(sweepExpired(engine, now))).toBe(3);
    expect(collection.count).toBe(4);
    expect(await engine.write(sweepExpired(engine, now))).toBe(0);
    expect(await engine.write(sweepExpired(engine, new Date(now.getTime() + 2_000)))).toBe(1);
  });
});
