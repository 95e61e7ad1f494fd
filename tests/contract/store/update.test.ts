import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

const { Long, Decimal128, Timestamp } = mongoose.mongo;

/** The document after one update, without its id. */
async function updated(before: object, update: object, options: object = {}, query: object = {}): Promise<unknown> {
  const rows = store.fresh();
  await rows.insertOne({ ...before, _id: 1 });
  await rows.updateOne({ ...query, _id: 1 }, update as never, options);
  const { _id, ...rest } = (await rows.findOne({ _id: 1 })) ?? { _id: 1 };
  return rest;
}

const refusal = async (before: object, update: object, options: object = {}): Promise<unknown> =>
  updated(before, update, options).then(
    () => 'no error',
    (error: { code: unknown }) => error.code,
  );

describe('an update operator', () => {
  const cases: [string, object, object, object][] = [
    ['$set makes what is missing on the way', { a: 1 }, { $set: { 'b.c.d': 2, a: 3 } }, { a: 3, b: { c: { d: 2 } } }],
    ['$set by index, with nulls in the gap', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    [
      '$unset removes fields, and leaves null in arrays',
      { a: 1, b: [1, 2], c: { d: 1, e: 2 } },
      { $unset: { a: '', 'b.0': '', 'c.d': '' } },
      { b: [null, 2], c: { e: 2 } },
    ],
    [
      '$inc adds, from zero when missing',
      { a: 1, b: 0.5 },
      { $inc: { a: 2, b: 0.25, 'c.d': -1 } },
      { a: 3, b: 0.75, c: { d: -1 } },
    ],
    ['$mul multiplies, zero when missing', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
    [
      '$min and $max keep the lesser and the greater',
      { a: 5, b: 5, c: 5, d: 5 },
      { $min: { a: 3, b: 7, e: 1 }, $max: { c: 3, d: 7, f: 1 } },
      { a: 3, b: 5, c: 5, d: 7, e: 1, f: 1 },
    ],
    [
      '$rename moves, over an existing field too',
      { a: 1, b: 2, c: { d: 3 } },
      { $rename: { a: 'b', 'c.d': 'e' } },
      { b: 1, c: {}, e: 3 },
    ],
    ['$push appends', { a: [1] }, { $push: { a: 2, b: 1 } }, { a: [1, 2], b: [1] }],
    [
      '$push of several at a place',
      { a: [1, 5] },
      { $push: { a: { $each: [2, 3], $position: 1 } } },
      { a: [1, 2, 3, 5] },
    ],
    [
      '$push that sorts and keeps the last',
      { a: [{ n: 3 }, { n: 1 }] },
      { $push: { a: { $each: [{ n: 2 }], $sort: { n: 1 }, $slice: -2 } } },
      { a: [{ n: 2 }, { n: 3 }] },
    ],
    ['$push that sorts values downwards', { a: [3, 1] }, { $push: { a: { $each: [2], $sort: -1 } } }, { a: [3, 2, 1] }],
    [
      '$addToSet adds what is not there',
      { a: [1, { x: 1 }] },
      { $addToSet: { a: { $each: [1, 2, { x: 1 }, 2] } } },
      { a: [1, { x: 1 }, 2] },
    ],
    ['$pop takes the last', { a: [1, 2, 3] }, { $pop: { a: 1 } }, { a: [1, 2] }],
    ['$pop takes the first', { a: [1, 2, 3] }, { $pop: { a: -1 } }, { a: [2, 3] }],
    ['$pull by value', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
    ['$pull by condition', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    [
      '$pull by fields of documents',
      {
        a: [
          { k: 1, n: 1 },
          { k: 2, n: 1 },
        ],
      },
      { $pull: { a: { k: 1, n: { $lt: 5 } } } },
      { a: [{ k: 2, n: 1 }] },
    ],
    [
      '$pull by a query on the element',
      { a: [{ k: 1 }, { k: 2 }, { k: 3 }] },
      { $pull: { a: { $or: [{ k: 1 }, { k: 3 }] } } },
      { a: [{ k: 2 }] },
    ],
    ['$pullAll by list', { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    ['$pull does not make a missing field', { a: 1 }, { $pull: { b: 1 } }, { a: 1 }],
    ['$bit', { a: 12 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
    [
      '$[] reaches every element',
      { a: [{ n: 1 }, { n: 2 }] },
      { $inc: { 'a.$[].n': 10 } },
      { a: [{ n: 11 }, { n: 12 }] },
    ],
    [
      'a pipeline computes from the document',
      { a: 1, b: 2 },
      [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'a' }],
      { b: 2, c: 3 },
    ],
  ];
  test.each(cases)('%s', async (_, before, update, expected) => {
    expect(await updated(before, update)).toEqual(expected);
  });

  test('$ is the element that the query found', async () => {
    expect(await updated({ a: [{ k: 1 }, { k: 2 }, { k: 3 }] }, { $set: { 'a.$.n': 7 } }, {}, { 'a.k': 2 })).toEqual({
      a: [{ k: 1 }, { k: 2, n: 7 }, { k: 3 }],
    });
    expect(await updated({ a: [1, 5, 9] }, { $set: { 'a.$': 0 } }, {}, { a: { $gt: 4 } })).toEqual({ a: [1, 0, 9] });
    expect(
      await updated(
        {
          a: [
            { k: 1, n: 1 },
            { k: 1, n: 2 },
          ],
        },
        { $set: { 'a.$.x': 1 } },
        {},
        { a: { $elemMatch: { k: 1, n: 2 } } },
      ),
    ).toEqual({
      a: [
        { k: 1, n: 1 },
        { k: 1, n: 2, x: 1 },
      ],
    });
  });

  test('$[name] reaches the elements of an array filter', async () => {
    const before = {
      lines: [
        { id: 'a', qty: 1 },
        { id: 'b', qty: 5 },
        { id: 'c', qty: 9 },
      ],
    };
    expect(
      await updated(before, { $inc: { 'lines.$[big].qty': 1 } }, { arrayFilters: [{ 'big.qty': { $gte: 5 } }] }),
    ).toEqual({
      lines: [
        { id: 'a', qty: 1 },
        { id: 'b', qty: 6 },
        { id: 'c', qty: 10 },
      ],
    });
    expect(
      await updated({ g: [[1, 2], [3]] }, { $set: { 'g.$[].$[n]': 0 } }, { arrayFilters: [{ n: { $gt: 1 } }] }),
    ).toEqual({ g: [[1, 0], [0]] });
    expect(
      await updated({ a: [1, 2, 3] }, { $set: { 'a.$[x]': 0 } }, { arrayFilters: [{ x: { $in: [1, 3] } }] }),
    ).toEqual({ a: [0, 2, 0] });
  });

  test('$currentDate writes the time of the store', async () => {
    const made = (await updated({}, { $currentDate: { a: true, b: { $type: 'timestamp' } } })) as Record<
      string,
      unknown
    >;
    expect(made['a']).toBeInstanceOf(Date);
    expect(made['b']).toBeInstanceOf(Timestamp);
  });

  test('$inc keeps the wider number type, exactly', async () => {
    const rows = store.fresh();
    await rows.insertOne({
      _id: 1,
      int: 2 ** 31 - 1,
      long: Long.fromString('9007199254740993'),
      money: Decimal128.fromString('0.10'),
    });
    await rows.updateOne(
      { _id: 1 },
      { $inc: { int: 1, long: Long.fromNumber(1), money: Decimal128.fromString('0.20') } as never },
    );
    const row = await rows.findOne({ _id: 1 }, { promoteValues: false });
    expect(String(row?.['int'])).toBe('2147483648');
    expect(String(row?.['long'])).toBe('9007199254740994');
    expect(String(row?.['money'])).toBe('0.30');
  });

  test('changes nothing of a document that it is refused for', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1, a: 1, b: 'text' });
    await expect(rows.updateOne({ _id: 1 }, { $inc: { a: 1, b: 1 } as never })).rejects.toMatchObject({ code: 14 });
    expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1, a: 1, b: 'text' });
  });
});

describe('an update is refused', () => {
  const cases: [string, object, object, number, object?][] = [
    ['when it is not given as an operator that exists', {}, { $foo: { a: 1 } }, 9],
    ['when two operators touch one path', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['when one path lies below the other', {}, { $set: { a: {}, 'a.b': 1 } }, 40],
    ['when it changes the id', {}, { $set: { _id: 2 } }, 66],
    ['when it removes the id', {}, { $unset: { _id: '' } }, 66],
    ['when a path goes through a value', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['when a path names a field of an array', { a: [1] }, { $set: { 'a.b': 1 } }, 28],
    ['when $push meets something else', { a: 1 }, { $push: { a: 1 } }, 2],
    ['when $addToSet meets something else', { a: 1 }, { $addToSet: { a: 1 } }, 2],
    ['when $pull meets something else', { a: 1 }, { $pull: { a: 1 } }, 2],
    ['when $pop meets something else', { a: 1 }, { $pop: { a: 1 } }, 14],
    ['when $inc gets text', {}, { $inc: { a: 'x' } }, 14],
    ['when $ has no match to stand for', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
    ['when an array filter is missing', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
    ['when an array filter is not used', { a: [1] }, { $set: { b: 1 } }, 9, { arrayFilters: [{ x: 1 }] }],
    ['when $[] meets something else', { a: 1 }, { $set: { 'a.$[]': 1 } }, 2],
    ['when a path has an empty part', {}, { $set: { 'a..b': 1 } }, 56],
    ['when $rename names one field twice', {}, { $rename: { a: 'a' } }, 2],
  ];
  test.each(cases)('%s', async (_, before, update, code, options) => {
    expect(await refusal(before, update, options)).toBe(code);
  });
});

describe('names that mean something to JavaScript', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

  test.each(names)('%s is a field like any other, in updates, filters and results', async (name) => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1 });
    await rows.updateOne({ _id: 1 }, { $set: { [`${name}.polluted`]: 1, [`a.${name}.polluted`]: 2 } } as never);
    await rows.updateOne({ _id: 1 }, { $push: { [`list.${name}`]: 3 } } as never);
    expect(await rows.countDocuments({ [`${name}.polluted`]: 1, [`a.${name}.polluted`]: 2 })).toBe(1);
    expect(await rows.countDocuments({ [`b.${name}`]: { $exists: true } })).toBe(0);
    const row = (await rows.findOne({ _id: 1 })) ?? { _id: 1 };
    expect(Object.getOwnPropertyDescriptor(row, name)?.value).toEqual({ polluted: 1 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
