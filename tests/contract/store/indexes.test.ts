import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

const duplicate = { code: 11000 };

describe('a unique index', () => {
  test('refuses a second document and tells which key', async () => {
    const rows = store.fresh();
    await rows.createIndex({ a: 1, b: -1 }, { unique: true });
    await rows.insertOne({ _id: 1, a: 'x', b: 1 });
    await rows.insertOne({ _id: 2, a: 'x', b: 2 });
    const error = await rows.insertOne({ _id: 3, a: 'x', b: 1 }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 11000, keyPattern: { a: 1, b: -1 }, keyValue: { a: 'x', b: 1 } });
    expect((error as Error).message).toMatch(
      /^E11000 duplicate key error collection: .+ index: a_1_b_-1 dup key: \{ a: "x", b: 1 \}/,
    );
    expect(await rows.countDocuments()).toBe(2);
  });

  test('refuses updates, replacements and upserts that would double a key', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    await rows.insertMany([
      { _id: 1, k: 1 },
      { _id: 2, k: 2 },
    ]);
    await expect(rows.updateOne({ _id: 2 }, { $set: { k: 1 } })).rejects.toMatchObject(duplicate);
    await expect(rows.replaceOne({ _id: 2 }, { k: 1 })).rejects.toMatchObject(duplicate);
    await expect(rows.findOneAndUpdate({ _id: 2 }, { $set: { k: 1 } })).rejects.toMatchObject(duplicate);
    await expect(rows.updateOne({ _id: 9 }, { $set: { k: 1 } }, { upsert: true })).rejects.toMatchObject(duplicate);
    await rows.updateOne({ _id: 1 }, { $set: { k: 1, other: true } });
    await rows.deleteOne({ _id: 1 });
    await rows.updateOne({ _id: 2 }, { $set: { k: 1 } });
    expect(await rows.find().toArray()).toEqual([{ _id: 2, k: 1 }]);
  });

  test('treats missing and null as one key', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    await rows.insertOne({ _id: 1 });
    await expect(rows.insertOne({ _id: 2, k: null })).rejects.toMatchObject(duplicate);
  });

  test('compares numbers by value, whatever their type, beyond 2^53 as well', async () => {
    const { Long, Double, Decimal128 } = mongoose.mongo;
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    await rows.insertMany([
      { _id: 1, k: 5 },
      { _id: 2, k: Long.fromString('9007199254740992') },
    ]);
    await rows.insertOne({ _id: 3, k: Long.fromString('9007199254740993') });
    await expect(rows.insertOne({ _id: 4, k: new Double(5) })).rejects.toMatchObject(duplicate);
    await expect(rows.insertOne({ _id: 5, k: Decimal128.fromString('5.0') })).rejects.toMatchObject(duplicate);
    await expect(rows.insertOne({ _id: 6, k: Long.fromString('9007199254740993') })).rejects.toMatchObject(duplicate);
  });

  test('covers every element of an array, across documents but not within one', async () => {
    const rows = store.fresh();
    await rows.createIndex({ refs: 1 }, { unique: true });
    await rows.insertOne({ _id: 1, refs: ['a', 'b', 'a'] });
    await expect(rows.insertOne({ _id: 2, refs: ['c', 'b'] })).rejects.toMatchObject({
      code: 11000,
      keyValue: { refs: 'b' },
    });
    await rows.insertOne({ _id: 3, refs: ['c'] });
    await expect(rows.updateOne({ _id: 3 }, { $push: { refs: 'a' } as never })).rejects.toMatchObject(duplicate);
  });

  test('of fields inside an array of documents keeps the pairs apart', async () => {
    const rows = store.fresh();
    await rows.createIndex({ 'refs.type': 1, 'refs.id': 1 }, { unique: true });
    await rows.insertOne({
      _id: 1,
      refs: [
        { type: 'a', id: 1 },
        { type: 'b', id: 2 },
      ],
    });
    await rows.insertOne({
      _id: 2,
      refs: [
        { type: 'a', id: 2 },
        { type: 'b', id: 1 },
      ],
    });
    await expect(rows.insertOne({ _id: 3, refs: [{ type: 'b', id: 2 }] })).rejects.toMatchObject(duplicate);
    expect((await rows.findOne({ refs: { $elemMatch: { type: 'a', id: 2 } } }))?._id).toBe(2);
  });

  test('tells long texts apart that begin alike', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    const long = 'x'.repeat(5000);
    await rows.insertMany([
      { _id: 1, k: `${long}1` },
      { _id: 2, k: `${long}2` },
    ]);
    await expect(rows.insertOne({ _id: 3, k: `${long}2` })).rejects.toMatchObject(duplicate);
    expect((await rows.findOne({ k: `${long}2` }))?._id).toBe(2);
  });

  test('is not built over documents that double a key', async () => {
    const rows = store.fresh();
    await rows.insertMany([
      { _id: 1, k: 1 },
      { _id: 2, k: 1 },
    ]);
    await expect(rows.createIndex({ k: 1 }, { unique: true })).rejects.toMatchObject(duplicate);
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  test('lets one of many writers of the same key through', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => rows.insertOne({ _id: n, k: 'same' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await rows.countDocuments({ k: 'same' })).toBe(1);
  });
});

describe('a sparse index', () => {
  test('leaves documents without the field alone, and out of no answer', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true, sparse: true });
    await rows.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, k: 1 }]);
    await expect(rows.insertOne({ _id: 4, k: 1 })).rejects.toMatchObject(duplicate);
    expect(await rows.countDocuments({ k: null })).toBe(2);
    expect(await rows.countDocuments({ k: { $exists: false } })).toBe(2);
    expect((await rows.find().sort({ k: -1, _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([3, 1, 2]);
  });
});

describe('a partial index', () => {
  test('holds, and guards, only documents that match its filter', async () => {
    const rows = store.fresh();
    await rows.createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true }, open: true } },
    );
    await rows.insertMany([
      { _id: 1, key: 'a', open: true },
      { _id: 2, key: 'a', open: false },
      { _id: 3, open: true },
      { _id: 4, open: true },
    ]);
    await expect(rows.insertOne({ _id: 5, key: 'a', open: true })).rejects.toMatchObject(duplicate);
    await expect(rows.updateOne({ _id: 2 }, { $set: { open: true } })).rejects.toMatchObject(duplicate);
    await rows.updateOne({ _id: 1 }, { $set: { open: false } });
    await rows.updateOne({ _id: 2 }, { $set: { open: true } });
    expect(await rows.countDocuments({ key: 'a' })).toBe(2);
    expect(await rows.countDocuments({ key: 'a', open: true })).toBe(1);
  });
});

describe('index management', () => {
  test('the same index again is no error, another one under its name or key is', async () => {
    const rows = store.fresh();
    await rows.createIndex({ a: 1 });
    await rows.createIndex({ a: 1 });
    await expect(rows.createIndex({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 });
    await expect(rows.createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
  });

  test('listIndexes shows what was asked for', async () => {
    const rows = store.fresh();
    await rows.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await rows.createIndex(
      { 'x.y': -1 },
      { unique: true, partialFilterExpression: { x: { $exists: true } }, name: 'own' },
    );
    await rows.createIndex({ s: 1 }, { sparse: true });
    expect(await rows.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
      { v: 2, key: { 'x.y': -1 }, name: 'own', unique: true, partialFilterExpression: { x: { $exists: true } } },
      { v: 2, key: { s: 1 }, name: 's_1', sparse: true },
    ]);
  });

  test('dropping: by name, all, unknown, the one on _id', async () => {
    const rows = store.fresh();
    await rows.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await rows.dropIndex('a_1');
    await expect(rows.dropIndex('a_1')).rejects.toMatchObject({ code: 27 });
    await expect(rows.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
    await rows.dropIndexes();
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  test('a dropped collection is empty and can be used again at once', async () => {
    const rows = store.fresh();
    await rows.createIndex({ k: 1 }, { unique: true });
    await rows.insertMany(Array.from({ length: 500 }, (_, n) => ({ _id: n, k: n })));
    await rows.drop();
    expect(await rows.countDocuments()).toBe(0);
    await expect(rows.indexes()).rejects.toMatchObject({ code: 26 });
    await rows.insertMany([
      { _id: 1, k: 1 },
      { _id: 2, k: 1 },
    ]);
    expect(await rows.countDocuments({ k: 1 })).toBe(2);
  });

  test('an index that is added finds documents old and new', async () => {
    const rows = store.fresh();
    await rows.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n, g: n % 10, at: n })));
    await rows.createIndex({ g: 1, at: -1 });
    await rows.insertOne({ _id: 1000, g: 3, at: 1000 });
    await rows.updateOne({ _id: 3 }, { $set: { g: 4 } });
    await rows.deleteOne({ _id: 13 });
    const found = await rows.find({ g: 3 }).sort({ at: -1 }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual([1000, ...Array.from({ length: 28 }, (_, n) => 293 - n * 10)]);
  });

  test('two arrays in one compound index are refused', async () => {
    const rows = store.fresh();
    await rows.createIndex({ a: 1, b: 1 });
    await expect(rows.insertOne({ _id: 1, a: [1, 2], b: [1, 2] })).rejects.toMatchObject({ code: 171 });
    expect(await rows.countDocuments()).toBe(0);
  });
});
