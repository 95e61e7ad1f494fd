import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

const all = (rows: ReturnType<StoreUnderTest['fresh']>) => rows.find({}, { sort: { _id: 1 } }).toArray();

async function twoCollections() {
  const from = store.fresh();
  const to = store.fresh();
  await from.insertMany([
    { _id: 1, sku: 'a', n: 1 },
    { _id: 2, sku: 'b', n: 2 },
  ]);
  return { from, to, run: (stage: object) => from.aggregate([{ $match: {} }, stage]).toArray() };
}

describe('$out', () => {
  test('puts its results in the place of a collection, which keeps its indexes', async () => {
    const { to, run } = await twoCollections();
    await to.insertOne({ _id: 9, sku: 'old' });
    await to.createIndex({ sku: 1 }, { unique: true });
    expect(await run({ $out: to.collectionName })).toEqual([]);
    expect(await all(to)).toEqual([
      { _id: 1, sku: 'a', n: 1 },
      { _id: 2, sku: 'b', n: 2 },
    ]);
    await expect(to.insertOne({ _id: 3, sku: 'a' })).rejects.toMatchObject({ code: 11000 });
  });

  test('leaves the collection as it was when a document is refused, and nothing else behind', async () => {
    const { from, to, run } = await twoCollections();
    await from.insertOne({ _id: 3, sku: 'a' });
    await to.insertOne({ _id: 9, sku: 'old' });
    await to.createIndex({ sku: 1 }, { unique: true });
    await expect(run({ $out: to.collectionName })).rejects.toMatchObject({ code: 11000 });
    expect(await all(to)).toEqual([{ _id: 9, sku: 'old' }]);
    const names = (await store.db.listCollections().toArray()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('tmp.'))).toEqual([]);
  });

  test('is the last stage', async () => {
    const { from, to } = await twoCollections();
    const pipeline = [{ $out: to.collectionName }, { $match: {} }];
    await expect(from.aggregate(pipeline).toArray()).rejects.toMatchObject({ code: 40601 });
  });
});

describe('$merge', () => {
  test.each<[string, object, object[]]>([
    ['merge by default', {}, [{ _id: 1, sku: 'a', n: 1, kept: true }]],
    ['replace', { whenMatched: 'replace' }, [{ _id: 1, sku: 'a', n: 1 }]],
    ['keep what is there', { whenMatched: 'keepExisting' }, [{ _id: 1, sku: 'old', kept: true }]],
    [
      'run a pipeline',
      { whenMatched: [{ $set: { sum: { $add: ['$$new.n', 5] } } }] },
      [{ _id: 1, sku: 'old', kept: true, sum: 6 }],
    ],
  ])('matched documents: %s', async (_, options, expected) => {
    const { to, run } = await twoCollections();
    await to.insertOne({ _id: 1, sku: 'old', kept: true });
    await run({ $merge: { into: to.collectionName, whenNotMatched: 'discard', ...options } });
    expect(await all(to)).toEqual(expected);
  });

  test('others are inserted, or refused', async () => {
    const { to, run } = await twoCollections();
    await expect(run({ $merge: { into: to.collectionName, whenNotMatched: 'fail' } })).rejects.toMatchObject({
      code: 13113,
    });
    await run({ $merge: { into: to.collectionName } });
    expect(await to.countDocuments()).toBe(2);
    await expect(run({ $merge: { into: to.collectionName, whenMatched: 'fail' } })).rejects.toMatchObject({
      code: 11000,
    });
  });

  test('joins on other fields need a unique index, and the document keeps its _id', async () => {
    const { from, to } = await twoCollections();
    await to.insertOne({ _id: 7, sku: 'a' });
    const run = () => from.aggregate([{ $unset: '_id' }, { $merge: { into: to.collectionName, on: 'sku' } }]).toArray();
    await expect(run()).rejects.toMatchObject({ code: 51183 });
    await to.createIndex({ sku: 1 }, { unique: true });
    await run();
    expect(await all(to)).toMatchObject([
      { sku: 'a', n: 1, _id: 7 },
      { sku: 'b', n: 2 },
    ]);
  });
});

test('test commands are not offered unless a store is started with them', async () => {
  const command = { configureFailPoint: 'failCommand', mode: 'off' };
  await expect(store.connection.getClient().db('admin').command(command)).rejects.toMatchObject({ code: 59 });
});
