import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type Row, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
let rows: mongoose.mongo.Collection<Row>;
const { Long, Decimal128, ObjectId } = mongoose.mongo;

const DOCUMENTS = [
  {
    _id: 1,
    v: 1,
    tags: ['a', 'b'],
    lines: [
      { sku: 'x', qty: 1 },
      { sku: 'y', qty: 5 },
    ],
    at: new Date('2026-01-01T00:00:00Z'),
  },
  { _id: 2, v: 2.5, tags: [], lines: [{ sku: 'x', qty: 9 }], sub: { a: 1, b: 2 } },
  { _id: 3, v: null, tags: ['b', 'c'], sub: { b: 2, a: 1 } },
  { _id: 4, text: 'Hello world', nested: [[1, 2], [3]] },
  { _id: 5, v: '1', text: 'hello', flag: true },
  { _id: 6, v: Long.fromNumber(7), text: 'a.b' },
  { _id: 7, v: Decimal128.fromString('7.5'), lines: [] },
  { _id: 8, v: [1, 9], lines: [{ sku: 'z' }, { sku: 'x', qty: 3 }] },
];

beforeAll(async () => {
  store = await openStoreUnderTest();
  rows = store.fresh();
  await rows.insertMany(DOCUMENTS as never);
});
afterAll(() => store.stop());

const ids = async (query: object): Promise<unknown[]> =>
  (await rows.find(query).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

describe('a query finds', () => {
  const cases: [string, object, number[]][] = [
    ['a number, also as an element of an array', { v: 1 }, [1, 8]],
    ['null and missing values alike', { v: null }, [3, 4]],
    ['by range, within the type', { v: { $gt: 2 } }, [2, 6, 7, 8]],
    ['by two-sided range on an array through different elements', { v: { $gt: 2, $lt: 7 } }, [2, 8]],
    ['int, long, double and decimal by value', { v: { $in: [7, 7.5, 2.5] } }, [2, 6, 7]],
    ['text by range', { v: { $gte: '0' } }, [5]],
    ['dates by range', { at: { $lte: new Date('2026-06-01T00:00:00Z') } }, [1]],
    ['what is not equal, missing included', { v: { $ne: 1 } }, [2, 3, 4, 5, 6, 7]],
    ['what is in none of a list', { v: { $nin: [1, null] } }, [2, 5, 6, 7]],
    ['whole sub-documents with their order of fields', { sub: { a: 1, b: 2 } }, [2]],
    ['fields of sub-documents', { 'sub.a': 1 }, [2, 3]],
    ['fields of documents in an array', { 'lines.qty': { $gte: 5 } }, [1, 2]],
    ['elements by position', { 'lines.0.sku': 'x' }, [1, 2]],
    ['elements that meet all conditions at once', { lines: { $elemMatch: { sku: 'x', qty: { $gt: 2 } } } }, [2, 8]],
    ['elements by value conditions', { v: { $elemMatch: { $gt: 8 } } }, [8]],
    ['a whole array', { tags: ['a', 'b'] }, [1]],
    ['an empty array', { tags: [] }, [2]],
    ['an array inside an array', { nested: [1, 2] }, [4]],
    ['all of a list', { tags: { $all: ['b', 'c'] } }, [3]],
    ['arrays by size', { tags: { $size: 2 } }, [1, 3]],
    ['existing fields, null among them', { v: { $exists: true } }, [1, 2, 3, 5, 6, 7, 8]],
    ['missing fields', { v: { $exists: false } }, [4]],
    ['by type', { v: { $type: 'string' } }, [5]],
    ['by type of elements', { v: { $type: 'number' } }, [1, 2, 6, 7, 8]],
    ['arrays by type', { v: { $type: 'array' } }, [8]],
    ['by pattern', { text: /^hello/i }, [4, 5]],
    ['by pattern with options apart', { text: { $regex: 'WORLD$', $options: 'i' } }, [4]],
    ['a literal dot', { text: { $regex: '^a\\.b' } }, [6]],
    ['by pattern in a list', { text: { $in: [/^hel/, 'a.b'] } }, [5, 6]],
    ['what does not match a pattern', { text: { $not: /o/ } }, [1, 2, 3, 6, 7, 8]],
    ['the negation of a range, missing included', { v: { $not: { $gt: 2 } } }, [1, 3, 4, 5]],
    ['remainders', { v: { $mod: [7, 0] } }, [6, 7]],
    ['one or the other', { $or: [{ v: 1 }, { text: 'hello' }] }, [1, 5, 8]],
    ['both', { $and: [{ tags: 'b' }, { tags: 'c' }] }, [3]],
    ['neither', { $nor: [{ v: { $exists: true } }, { text: 'x' }] }, [4]],
    ['by expression over two fields', { $expr: { $gt: [{ $size: { $ifNull: ['$tags', []] } }, 1] } }, [1, 3]],
    ['booleans', { flag: true }, [5]],
    ['nothing for an empty list', { v: { $in: [] } }, []],
    ['null below an array only where a document lacks the field', { 'lines.qty': null }, [3, 4, 5, 6, 8]],
  ];
  test.each(cases)('%s', async (_, query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });
});

describe('order', () => {
  test('types sort in the order of BSON, arrays by their least or greatest element', async () => {
    const values = store.fresh();
    const id = new ObjectId();
    await values.insertMany([
      { _id: 'date', v: new Date(0) },
      { _id: 'bool', v: false },
      { _id: 'text', v: 'x' },
      { _id: 'number', v: 5 },
      { _id: 'null', v: null },
      { _id: 'object', v: { a: 1 } },
      { _id: 'id', v: id },
      { _id: 'array', v: [3, 10] },
      { _id: 'bytes', v: new mongoose.mongo.Binary(Buffer.from('x')) },
    ]);
    const order = async (direction: 1 | -1) =>
      (await values.find().sort({ v: direction }).toArray()).map(({ _id }) => _id);
    expect(await order(1)).toEqual(['null', 'array', 'number', 'text', 'object', 'bytes', 'id', 'bool', 'date']);
    expect(await order(-1)).toEqual(['date', 'bool', 'id', 'bytes', 'object', 'text', 'array', 'number', 'null']);
  });

  test('several fields in mixed directions, with skip and limit, the same with and without an index', async () => {
    const list = store.fresh();
    await list.insertMany(Array.from({ length: 60 }, (_, n) => ({ _id: n, s: n % 3, t: (n * 7) % 20 })));
    const page = async () =>
      (
        await list
          .find({ s: { $in: [0, 2] } })
          .sort({ s: -1, t: 1, _id: -1 })
          .skip(5)
          .limit(10)
          .toArray()
      ).map(({ _id }) => _id);
    const plain = await page();
    await list.createIndex({ s: -1, t: 1, _id: -1 });
    expect(await page()).toEqual(plain);
    await list.createIndex({ s: 1, t: -1, _id: 1 });
    await list.dropIndex('s_-1_t_1__id_-1');
    expect(await page()).toEqual(plain);
    expect(plain).toHaveLength(10);
  });

  test('text sorts by code point', async () => {
    const texts = store.fresh();
    await texts.insertMany(['\u{1f600}', '\uffee', 'b', 'B', 'a', 'é'].map((v, _id) => ({ _id, v })));
    expect((await texts.find().sort({ v: 1 }).toArray()).map((row) => row['v'])).toEqual([
      'B',
      'a',
      'b',
      'é',
      '\uffee',
      '\u{1f600}',
    ]);
  });
});

describe('a cursor', () => {
  test('goes through more than one batch, whatever its size', async () => {
    const many = store.fresh();
    await many.insertMany(Array.from({ length: 500 }, (_, n) => ({ _id: n })));
    for (const size of [1, 7, 101, 1000]) {
      const seen: unknown[] = [];
      for await (const row of many
        .find()
        .sort({ _id: 1 })
        .batchSize(size)
        .limit(size === 1 ? 20 : 0))
        seen.push(row._id);
      expect(seen).toEqual(Array.from({ length: size === 1 ? 20 : 500 }, (_, n) => n));
    }
  });

  test('splits batches by size as well', async () => {
    const big = store.fresh();
    const filler = Buffer.alloc(6_000_000);
    for (let n = 0; n < 4; n++) await big.insertOne({ _id: n, filler });
    expect((await big.find().toArray()).map(({ _id }) => _id)).toEqual([0, 1, 2, 3]);
  });

  test('that was closed is gone', async () => {
    const many = store.fresh();
    await many.insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: n })));
    const reply = await store.db.command({ find: many.collectionName, batchSize: 2 });
    const id = reply['cursor'].id;
    await store.db.command({ killCursors: many.collectionName, cursors: [id] });
    await expect(store.db.command({ getMore: id, collection: many.collectionName })).rejects.toMatchObject({
      code: 43,
    });
  });

  test('survives documents that are removed while it is open', async () => {
    const many = store.fresh();
    await many.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n })));
    const cursor = many.find().sort({ _id: 1 }).batchSize(10);
    const first = await cursor.next();
    await many.deleteMany({ _id: { $gte: 150 } });
    const seen = [first?._id];
    for await (const row of cursor) seen.push(row._id);
    expect(seen.slice(0, 150)).toEqual(Array.from({ length: 150 }, (_, n) => n));
    expect(seen.length).toBeLessThan(300);
  });
});

describe('a projection', () => {
  const one = async (projection: object, query: object = { _id: 1 }) => rows.findOne(query, { projection });

  test.each([
    ['includes', { v: 1 }, { _id: 1, v: 1 }],
    ['leaves out the id', { v: 1, _id: 0 }, { v: 1 }],
    ['includes fields of documents in arrays', { 'lines.sku': 1 }, { _id: 1, lines: [{ sku: 'x' }, { sku: 'y' }] }],
    ['excludes', { lines: 0, at: 0, tags: 0 }, { _id: 1, v: 1 }],
    [
      'excludes fields of documents in arrays',
      { 'lines.qty': 0, at: 0, tags: 0 },
      { _id: 1, v: 1, lines: [{ sku: 'x' }, { sku: 'y' }] },
    ],
    ['cuts arrays', { tags: { $slice: 1 }, v: 1 }, { _id: 1, v: 1, tags: ['a'] }],
    ['cuts arrays from the end', { tags: { $slice: -1 }, _id: 1 }, { _id: 1, tags: ['b'] }],
    [
      'keeps the first element that matches',
      { lines: { $elemMatch: { qty: { $gt: 1 } } } },
      { _id: 1, lines: [{ sku: 'y', qty: 5 }] },
    ],
    ['computes', { twice: { $multiply: ['$v', 2] } }, { _id: 1, twice: 2 }],
  ])('%s', async (_, projection, expected) => {
    expect(await one(projection)).toEqual(expected);
  });

  test('keeps the element that the query found', async () => {
    expect(await one({ 'lines.$': 1 }, { _id: 1, 'lines.qty': 5 })).toEqual({ _id: 1, lines: [{ sku: 'y', qty: 5 }] });
  });

  test('does not mix inclusion and exclusion', async () => {
    await expect(one({ v: 1, at: 0 })).rejects.toMatchObject({ code: 31254 });
    await expect(one({ v: 0, at: 1 })).rejects.toMatchObject({ code: 31253 });
    await expect(one({ 'lines.sku': 1, lines: 1 })).rejects.toMatchObject({ code: 31249 });
  });
});
