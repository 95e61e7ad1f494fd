import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

describe('a command is refused with its code', () => {
  const cases: [string, object, number][] = [
    ['that does not exist', { doSomethingElse: 1 }, 59],
    ['with an unknown argument', { find: 'c', nonsense: 1 }, 40415],
    ['with an invalid collection name', { find: 'a$b' }, 73],
    ['with an unknown query operator', { find: 'c', filter: { a: { $nothing: 1 } } }, 2],
    ['with an unknown top level operator', { find: 'c', filter: { $nothing: [] } }, 2],
    ['with $in that is no list', { find: 'c', filter: { a: { $in: 1 } } }, 2],
    ['with an empty $or', { find: 'c', filter: { $or: [] } }, 2],
    ['with an invalid pattern', { find: 'c', filter: { a: { $regex: '(' } } }, 51091],
    ['with a sort that is no direction', { find: 'c', sort: { a: 2 } }, 15975],
    ['with a filter of the wrong type', { find: 'c', filter: 5 }, 14],
    ['with a hint that names no index', { find: 'hinted', hint: 'none' }, 2],
    ['for a cursor that does not exist', { getMore: 12345n, collection: 'c' }, 43],
    ['that makes a collection twice', { create: 'hinted' }, 48],
    ['without documents', { insert: 'c', documents: [] }, 16],
    ['with aggregate and no cursor', { aggregate: 'c', pipeline: [] }, 9],
    ['with both update and remove', { findAndModify: 'c', query: {}, remove: true, update: { $set: { a: 1 } } }, 9],
    ['with a delete limit of two', { delete: 'c', deletes: [{ q: {}, limit: 2 }] }, 9],
  ];
  beforeAll(async () => {
    await store.db.createCollection('hinted');
    await store.db.collection('hinted').insertOne({ a: 1 });
  });
  test.each(cases)('%s', async (_, command, code) => {
    await expect(store.db.command(command as never)).rejects.toMatchObject({ code });
  });
});

describe('commands about the server', () => {
  test('answer', async () => {
    expect(await store.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await store.db.command({ hello: 1 })).toMatchObject({
      isWritablePrimary: true,
      maxBsonObjectSize: 16 * 1024 * 1024,
    });
    expect((await store.db.command({ buildInfo: 1 }))['versionArray'][0]).toBeGreaterThanOrEqual(5);
    expect(await store.db.command({ connectionStatus: 1 })).toMatchObject({ ok: 1 });
  });

  test('list what is there', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1 });
    const names = (await store.db.listCollections({ name: rows.collectionName }).toArray()).map(({ name }) => name);
    expect(names).toEqual([rows.collectionName]);
    const databases = await store.db.admin().listDatabases({ nameOnly: true });
    expect(databases.databases.map(({ name }) => name)).toContain(store.db.databaseName);
  });

  test('an unacknowledged write is done without an answer', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
    await expect.poll(() => rows.countDocuments()).toBe(1);
  });
});
