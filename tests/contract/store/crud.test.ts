import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

describe('documents are created, read, changed and removed', () => {
  test('insertOne gives an id, findOne finds the document, a missing one is null', async () => {
    const rows = store.fresh();
    const { insertedId } = await rows.insertOne({ a: 1 } as never);
    expect(insertedId).toBeInstanceOf(mongoose.mongo.ObjectId);
    expect(await rows.findOne({ _id: insertedId })).toEqual({ _id: insertedId, a: 1 });
    expect(await rows.findOne({ a: 2 })).toBeNull();
  });

  test('insertMany stores all; an ordered one stops at the first failure, an unordered one goes on', async () => {
    const rows = store.fresh();
    await rows.insertMany([{ _id: 1 }, { _id: 2 }]);
    await expect(rows.insertMany([{ _id: 3 }, { _id: 1 }, { _id: 4 }])).rejects.toMatchObject({ code: 11000 });
    expect(await rows.distinct('_id')).toEqual([1, 2, 3]);
    const failed = await rows
      .insertMany([{ _id: 5 }, { _id: 1 }, { _id: 6 }, { _id: 2 }], { ordered: false })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 11000, writeErrors: [{ index: 1 }, { index: 3 }] });
    expect(await rows.distinct('_id')).toEqual([1, 2, 3, 5, 6]);
  });

  test('updateOne and updateMany count what matched and what changed', async () => {
    const rows = store.fresh();
    await rows.insertMany([
      { _id: 1, s: 'a' },
      { _id: 2, s: 'a' },
      { _id: 3, s: 'b' },
    ]);
    expect(await rows.updateOne({ s: 'a' }, { $set: { s: 'b' } })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await rows.updateMany({}, { $set: { s: 'b' } })).toMatchObject({ matchedCount: 3, modifiedCount: 1 });
    expect(await rows.updateOne({ s: 'none' }, { $set: { s: 'c' } })).toMatchObject({
      matchedCount: 0,
      modifiedCount: 0,
    });
  });

  test('replaceOne keeps the id and drops all other fields', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1, a: 1, b: 2 });
    await rows.replaceOne({ _id: 1 }, { c: 3 });
    expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1, c: 3 });
    await expect(rows.replaceOne({ _id: 1 }, { _id: 2, c: 3 } as never)).rejects.toMatchObject({ code: 66 });
  });

  test('deleteOne and deleteMany', async () => {
    const rows = store.fresh();
    await rows.insertMany([
      { _id: 1, s: 'a' },
      { _id: 2, s: 'a' },
      { _id: 3, s: 'b' },
    ]);
    expect(await rows.deleteOne({ s: 'a' })).toMatchObject({ deletedCount: 1 });
    expect(await rows.deleteMany({})).toMatchObject({ deletedCount: 2 });
    expect(await rows.deleteMany({})).toMatchObject({ deletedCount: 0 });
  });

  test('an upsert takes its fields from the filter and the update, and _id from where it is given', async () => {
    const rows = store.fresh();
    const made = await rows.updateOne(
      { _id: 'k', a: { $eq: 1 }, $and: [{ b: 2 }], c: { $gt: 5 } },
      { $set: { d: 4 }, $setOnInsert: { e: 5 } },
      { upsert: true },
    );
    expect(made).toMatchObject({ upsertedCount: 1, upsertedId: 'k', matchedCount: 0 });
    expect(await rows.findOne({ _id: 'k' })).toEqual({ _id: 'k', a: 1, b: 2, d: 4, e: 5 });
    await rows.updateOne({ _id: 'k' }, { $set: { d: 6 }, $setOnInsert: { e: 7 } }, { upsert: true });
    expect(await rows.findOne({ _id: 'k' })).toMatchObject({ d: 6, e: 5 });
    const own = await rows.updateOne({ x: 1 }, { $setOnInsert: { _id: 'own' } }, { upsert: true });
    expect(own.upsertedId).toBe('own');
    await rows.replaceOne({ x: 9 }, { y: 1 }, { upsert: true });
    expect(Object.keys((await rows.findOne({ y: 1 })) ?? {})).toEqual(['_id', 'y']);
  });

  test('the count of a collection, of a filter, and the distinct values of a field', async () => {
    const rows = store.fresh();
    await rows.insertMany([{ _id: 1, t: ['x', 'y'] }, { _id: 2, t: ['y'] }, { _id: 3, t: 'z' }, { _id: 4 }]);
    expect(await rows.estimatedDocumentCount()).toBe(4);
    expect(await rows.countDocuments({ t: 'y' })).toBe(2);
    expect(await rows.countDocuments({}, { skip: 1, limit: 2 })).toBe(2);
    expect(await rows.distinct('t')).toEqual(['x', 'y', 'z']);
    expect(await rows.distinct('t', { _id: { $lt: 3 } })).toEqual(['x', 'y']);
  });

  test('an empty collection gives nothing anywhere', async () => {
    const rows = store.fresh();
    expect(await rows.find().toArray()).toEqual([]);
    expect(await rows.countDocuments()).toBe(0);
    expect(await rows.distinct('a')).toEqual([]);
    expect(await rows.aggregate([{ $group: { _id: null, n: { $sum: 1 } } }]).toArray()).toEqual([]);
    expect(await rows.findOneAndUpdate({}, { $set: { a: 1 } })).toBeNull();
  });
});

describe('findAndModify', () => {
  test('gives the document before or after, sorted, projected', async () => {
    const rows = store.fresh();
    await rows.insertMany([
      { _id: 1, n: 1, x: 0 },
      { _id: 2, n: 2, x: 0 },
    ]);
    expect(await rows.findOneAndUpdate({ x: 0 }, { $set: { x: 1 } }, { sort: { n: -1 } })).toEqual({
      _id: 2,
      n: 2,
      x: 0,
    });
    expect(
      await rows.findOneAndUpdate(
        { x: 0 },
        { $inc: { x: 5 } },
        { returnDocument: 'after', projection: { x: 1, _id: 0 } },
      ),
    ).toEqual({ x: 5 });
    expect(await rows.findOneAndReplace({ _id: 1 }, { y: 1 }, { returnDocument: 'after' })).toEqual({ _id: 1, y: 1 });
    expect(await rows.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, y: 1 });
    expect(await rows.findOneAndDelete({ _id: 1 })).toBeNull();
  });

  test('with upsert: nothing before, the new document after', async () => {
    const rows = store.fresh();
    expect(await rows.findOneAndUpdate({ _id: 1 }, { $set: { a: 1 } }, { upsert: true })).toBeNull();
    expect(
      await rows.findOneAndUpdate({ _id: 2 }, { $set: { a: 1 } }, { upsert: true, returnDocument: 'after' }),
    ).toEqual({ _id: 2, a: 1 });
  });

  test('of many writers that compare and set, one wins each round and no step is lost', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1, version: 0, log: [] });
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let done = 0; done < 10; ) {
        const current = await rows.findOne({ _id: 1 });
        const version = Number(current?.['version']);
        const won = await rows.findOneAndUpdate(
          { _id: 1, version },
          { $inc: { version: 1 }, $push: { log: writer } as never },
        );
        if (won !== null) done++;
      }
    });
    await Promise.all(writers);
    const end = await rows.findOne({ _id: 1 });
    expect(end?.['version']).toBe(80);
    expect(end?.['log']).toHaveLength(80);
  });

  test('of many claims on one free document exactly one succeeds', async () => {
    const rows = store.fresh();
    await rows.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: n, free: true, n })));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, by) =>
        rows.findOneAndUpdate({ free: true }, { $set: { free: false, by } }, { sort: { n: 1 } }),
      ),
    );
    expect(
      claims
        .filter((claim) => claim !== null)
        .map((claim) => claim?._id)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('bulkWrite', () => {
  test('reports each kind of result', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 0, n: 0 });
    const result = await rows.bulkWrite([
      { insertOne: { document: { _id: 1 } } },
      { updateOne: { filter: { _id: 0 }, update: { $inc: { n: 1 } } } },
      { updateMany: { filter: {}, update: { $set: { m: 1 } } } },
      { updateOne: { filter: { _id: 9 }, update: { $set: { n: 9 } }, upsert: true } },
      { replaceOne: { filter: { _id: 1 }, replacement: { r: 1 } } },
      { deleteOne: { filter: { _id: 9 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 1,
      upsertedIds: { 3: 9 },
    });
  });

  test('unordered: every good operation is done and each bad one is named', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1 });
    const failed = await rows
      .bulkWrite(
        [
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 2 } } },
          { updateOne: { filter: { _id: 2 }, update: { $set: { _id: 3 } } } },
          { updateOne: { filter: { _id: 2 }, update: { $set: { ok: true } } } },
        ],
        { ordered: false },
      )
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(mongoose.mongo.MongoBulkWriteError);
    const { writeErrors } = failed as mongoose.mongo.MongoBulkWriteError;
    expect([writeErrors].flat().map((error) => [error.index, error.code])).toEqual([
      [0, 11000],
      [2, 66],
    ]);
    expect(await rows.findOne({ _id: 2 })).toEqual({ _id: 2, ok: true });
  });
});
