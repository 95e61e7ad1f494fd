import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type Row, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
let orders: mongoose.mongo.Collection<Row>;
let customers: mongoose.mongo.Collection<Row>;

beforeAll(async () => {
  store = await openStoreUnderTest();
  orders = store.fresh();
  customers = store.fresh();
  await customers.insertMany([
    { _id: 'c1', name: 'Ada', region: 'north' },
    { _id: 'c2', name: 'Bo', region: 'south' },
  ]);
  await orders.insertMany([
    {
      _id: 1,
      customer: 'c1',
      state: 'open',
      total: 100,
      lines: [
        { sku: 'a', qty: 2 },
        { sku: 'b', qty: 1 },
      ],
      at: new Date('2026-01-05T10:00:00Z'),
    },
    {
      _id: 2,
      customer: 'c2',
      state: 'open',
      total: 250,
      lines: [{ sku: 'a', qty: 5 }],
      at: new Date('2026-01-20T10:00:00Z'),
    },
    { _id: 3, customer: 'c1', state: 'done', total: 50, lines: [], at: new Date('2026-02-01T10:00:00Z') },
    { _id: 4, customer: 'c3', state: 'held', total: null, at: new Date('2026-02-10T10:00:00Z') },
  ]);
});
afterAll(() => store.stop());

const run = (pipeline: object[]): Promise<unknown[]> =>
  orders.aggregate(pipeline as mongoose.mongo.Document[]).toArray();

describe('stages', () => {
  test('$match, $sort, $skip, $limit, $count', async () => {
    expect(
      await run([{ $match: { state: 'open' } }, { $sort: { total: -1 } }, { $limit: 1 }, { $project: { total: 1 } }]),
    ).toEqual([{ _id: 2, total: 250 }]);
    expect(await run([{ $sort: { _id: 1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }])).toEqual([
      { _id: 2 },
      { _id: 3 },
    ]);
    expect(await run([{ $limit: 3 }, { $match: { state: 'held' } }])).toEqual([]);
    expect(await run([{ $match: { total: { $gt: 60 } } }, { $count: 'n' }])).toEqual([{ n: 2 }]);
    expect(await run([{ $match: { total: 7 } }, { $count: 'n' }])).toEqual([]);
  });

  test('$group with its accumulators', async () => {
    const grouped = await run([
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: '$customer',
          n: { $sum: 1 },
          sum: { $sum: '$total' },
          avg: { $avg: '$total' },
          min: { $min: '$total' },
          max: { $max: '$total' },
          first: { $first: '$_id' },
          last: { $last: '$_id' },
          all: { $push: '$state' },
        },
      },
      { $sort: { _id: 1 } },
    ]);
    expect(grouped).toEqual([
      { _id: 'c1', n: 2, sum: 150, avg: 75, min: 50, max: 100, first: 1, last: 3, all: ['open', 'done'] },
      { _id: 'c2', n: 1, sum: 250, avg: 250, min: 250, max: 250, first: 2, last: 2, all: ['open'] },
      { _id: 'c3', n: 1, sum: 0, avg: null, min: null, max: null, first: 4, last: 4, all: ['held'] },
    ]);
    expect(
      await run([
        { $group: { _id: null, states: { $addToSet: '$state' } } },
        { $project: { _id: 0, n: { $size: '$states' } } },
      ]),
    ).toEqual([{ n: 3 }]);
  });

  test('$group by several fields, and by a computed key', async () => {
    expect(
      await run([
        { $group: { _id: { c: '$customer', s: '$state' }, n: { $sum: 1 } } },
        { $sort: { '_id.c': 1, '_id.s': 1 } },
      ]),
    ).toEqual([
      { _id: { c: 'c1', s: 'done' }, n: 1 },
      { _id: { c: 'c1', s: 'open' }, n: 1 },
      { _id: { c: 'c2', s: 'open' }, n: 1 },
      { _id: { c: 'c3', s: 'held' }, n: 1 },
    ]);
    expect(
      await run([
        { $group: { _id: { $dateToString: { format: '%Y-%m', date: '$at' } }, n: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ]),
    ).toEqual([
      { _id: '2026-01', n: 2 },
      { _id: '2026-02', n: 2 },
    ]);
  });

  test('$unwind, plain and keeping what is empty', async () => {
    expect(
      await run([
        { $unwind: '$lines' },
        { $group: { _id: '$lines.sku', qty: { $sum: '$lines.qty' } } },
        { $sort: { _id: 1 } },
      ]),
    ).toEqual([
      { _id: 'a', qty: 7 },
      { _id: 'b', qty: 1 },
    ]);
    expect(
      await run([
        { $unwind: { path: '$lines', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } },
        { $sort: { _id: 1, at: 1 } },
        { $project: { at: 1, sku: '$lines.sku' } },
      ]),
    ).toEqual([
      { _id: 1, at: 0, sku: 'a' },
      { _id: 1, at: 1, sku: 'b' },
      { _id: 2, at: 0, sku: 'a' },
      { _id: 3, at: null },
      { _id: 4, at: null },
    ]);
  });

  test('$lookup by fields, and by pipeline with variables', async () => {
    const byField = await run([
      { $match: { _id: { $in: [1, 4] } } },
      { $sort: { _id: 1 } },
      { $lookup: { from: customers.collectionName, localField: 'customer', foreignField: '_id', as: 'who' } },
      { $project: { who: 1 } },
    ]);
    expect(byField).toEqual([
      { _id: 1, who: [{ _id: 'c1', name: 'Ada', region: 'north' }] },
      { _id: 4, who: [] },
    ]);
    const byPipeline = await run([
      { $match: { _id: 2 } },
      {
        $lookup: {
          from: customers.collectionName,
          let: { c: '$customer' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$c'] } } }, { $project: { _id: 0, name: 1 } }],
          as: 'who',
        },
      },
      { $project: { who: 1 } },
    ]);
    expect(byPipeline).toEqual([{ _id: 2, who: [{ name: 'Bo' }] }]);
  });

  test('$facet runs each branch over the same documents', async () => {
    expect(
      await run([
        { $match: { total: { $ne: null } } },
        {
          $facet: {
            count: [{ $count: 'n' }],
            top: [{ $sort: { total: -1 } }, { $limit: 1 }, { $project: { total: 1 } }],
            none: [{ $match: { x: 1 } }],
          },
        },
      ]),
    ).toEqual([{ count: [{ n: 3 }], top: [{ _id: 2, total: 250 }], none: [] }]);
  });

  test('$project, $addFields, $unset, $replaceRoot', async () => {
    const one = { $match: { _id: 1 } };
    expect(
      await run([
        one,
        { $project: { _id: 0, 'lines.sku': 1, big: { $gte: ['$total', 100] }, kind: { $literal: '$x' } } },
      ]),
    ).toEqual([{ lines: [{ sku: 'a' }, { sku: 'b' }], big: true, kind: '$x' }]);
    expect(await run([one, { $project: { lines: 0, at: 0, customer: 0 } }])).toEqual([
      { _id: 1, state: 'open', total: 100 },
    ]);
    expect(
      await run([
        one,
        { $addFields: { 'meta.n': { $size: '$lines' }, total: { $add: ['$total', 1] } } },
        { $project: { meta: 1, total: 1 } },
      ]),
    ).toEqual([{ _id: 1, total: 101, meta: { n: 2 } }]);
    expect(await run([one, { $unset: ['lines', 'at', 'customer', 'state'] }])).toEqual([{ _id: 1, total: 100 }]);
    expect(
      await run([one, { $replaceRoot: { newRoot: { id: '$_id', first: { $arrayElemAt: ['$lines.sku', 0] } } } }]),
    ).toEqual([{ id: 1, first: 'a' }]);
  });

  test('$bucket and $sortByCount', async () => {
    expect(
      await run([
        { $match: { total: { $ne: null } } },
        { $bucket: { groupBy: '$total', boundaries: [0, 100, 200], default: 'more', output: { n: { $sum: 1 } } } },
      ]),
    ).toEqual([
      { _id: 0, n: 1 },
      { _id: 100, n: 1 },
      { _id: 'more', n: 1 },
    ]);
    expect(await run([{ $sortByCount: '$state' }, { $limit: 1 }])).toEqual([{ _id: 'open', count: 2 }]);
  });

  test('results of more than one batch', async () => {
    const many = store.fresh();
    await many.insertMany(Array.from({ length: 400 }, (_, n) => ({ _id: n })));
    expect(
      await many
        .aggregate([{ $sort: { _id: -1 } }, { $project: { n: { $multiply: ['$_id', 2] } } }], { batchSize: 30 })
        .toArray(),
    ).toHaveLength(400);
  });
});

describe('expressions', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: `then` is a field of $switch
  const cases: [string, object, unknown][] = [
    ['conditions', { $cond: [{ $gt: ['$total', 60] }, 'big', 'small'] }, 'big'],
    [
      'branches',
      {
        $switch: {
          branches: [
            { case: { $eq: ['$state', 'done'] }, then: 1 },
            { case: { $eq: ['$state', 'open'] }, then: 2 },
          ],
          default: 3,
        },
      },
      2,
    ],
    ['missing values', { $ifNull: ['$nothing', '$total', 0] }, 100],
    ['text', { $concat: ['#', { $toString: '$_id' }, '-', { $toUpper: '$state' }] }, '#1-OPEN'],
    ['arithmetic', { $subtract: [{ $multiply: ['$total', 3] }, { $divide: ['$total', 4] }] }, 275],
    ['sums over arrays', { $sum: '$lines.qty' }, 3],
    ['mapping', { $map: { input: '$lines', as: 'l', in: { $multiply: ['$$l.qty', 10] } } }, [20, 10]],
    ['filtering', { $filter: { input: '$lines', as: 'l', cond: { $gt: ['$$l.qty', 1] } } }, [{ sku: 'a', qty: 2 }]],
    ['reducing', { $reduce: { input: '$lines', initialValue: 0, in: { $add: ['$$value', '$$this.qty'] } } }, 3],
    ['comparison across types', { $gt: ['text', 5] }, true],
    ['membership', { $in: ['b', '$lines.sku'] }, true],
    ['dates', { $year: '$at' }, 2026],
    ['differences of dates', { $subtract: ['$at', new Date('2026-01-05T09:00:00Z')] }, 3_600_000],
  ];
  // biome-ignore-end lint/suspicious/noThenProperty: end of the cases
  test.each(cases)('%s', async (_, expression, expected) => {
    expect(await run([{ $match: { _id: 1 } }, { $project: { _id: 0, value: expression } }])).toEqual([
      { value: expected },
    ]);
  });

  test('variables given with the command', async () => {
    const found = await orders
      .aggregate([{ $match: { $expr: { $eq: ['$customer', '$$who'] } } }, { $count: 'n' }], { let: { who: 'c1' } })
      .toArray();
    expect(found).toEqual([{ n: 2 }]);
  });
});

describe('refusals', () => {
  const cases: [string, object[], number][] = [
    ['an unknown stage', [{ $nothing: 1 }], 40324],
    ['a stage with two operators', [{ $match: {}, $limit: 1 }], 40323],
    ['an unknown expression', [{ $project: { a: { $nothing: 1 } } }], 168],
    ['an unknown variable', [{ $project: { a: '$$nobody' } }], 17276],
    ['a limit of zero', [{ $limit: 0 }], 15958],
    ['a group without a key', [{ $group: { n: { $sum: 1 } } }], 15955],
    ['division by zero', [{ $project: { a: { $divide: ['$total', 0] } } }], 2],
  ];
  test.each(cases)('%s', async (_, pipeline, code) => {
    const refused = run(pipeline);
    if (code === 168) await expect(refused).rejects.toMatchObject({ code: expect.any(Number) });
    else await expect(refused).rejects.toMatchObject({ code });
  });

  test('code in a pipeline, and names that reach for prototypes, do no harm', async () => {
    for (const name of ['__proto__', 'constructor.prototype']) {
      await run([{ $addFields: { [`${name}.polluted`]: 1 } }]).catch(() => []);
      await run([{ $group: { _id: `$${name}`, polluted: { $sum: 1 } } }]).catch(() => []);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });
});
