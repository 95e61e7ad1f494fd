import { Schema } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

const orderSchema = new Schema(
  {
    number: { type: String, required: true, unique: true },
    state: { type: String, enum: ['open', 'done'], default: 'open', index: true },
    customer: { type: Schema.Types.ObjectId, ref: 'Customer' },
    lines: [{ sku: String, qty: { type: Number, min: 1 } }],
    payload: Buffer,
    labels: { type: Map, of: String },
    idempotencyKey: String,
  },
  { timestamps: true, optimisticConcurrency: true },
);
orderSchema.index(
  { idempotencyKey: 1 },
  { unique: true, partialFilterExpression: { idempotencyKey: { $exists: true } } },
);
orderSchema.index({ state: 1, createdAt: -1 });

describe('models', () => {
  test('make their indexes, store, validate, fill in references and count versions', async () => {
    const Customer = store.connection.model('Customer', new Schema({ name: String }));
    const Order = store.connection.model('Order', orderSchema);
    await Promise.all([Customer.init(), Order.init()]);
    expect((await Order.collection.indexes()).map(({ name }) => name).sort()).toEqual([
      '_id_',
      'idempotencyKey_1',
      'number_1',
      'state_1',
      'state_1_createdAt_-1',
    ]);
    const customer = await Customer.create({ name: 'Ada' });
    const order = await Order.create({
      number: 'A-1',
      customer: customer._id,
      lines: [{ sku: 'x', qty: 2 }],
      payload: Buffer.from('raw'),
      labels: new Map([['k', 'v']]),
    });
    expect(order.createdAt).toBeInstanceOf(Date);
    await expect(Order.create({ number: 'A-1' })).rejects.toMatchObject({ code: 11000, keyValue: { number: 'A-1' } });
    await expect(Order.create({ number: 'A-2', lines: [{ sku: 'x', qty: 0 }] })).rejects.toThrow(/validation/);

    const found = await Order.findOne({ number: 'A-1' }).populate<{ customer: { name: string } }>('customer').orFail();
    expect(found.customer.name).toBe('Ada');
    expect(found.payload?.toString()).toBe('raw');
    expect(found.labels?.get('k')).toBe('v');

    const [mine, theirs] = [await Order.findById(order._id).orFail(), await Order.findById(order._id).orFail()];
    mine.lines.push({ sku: 'y', qty: 1 });
    await mine.save();
    theirs.state = 'done';
    await expect(theirs.save()).rejects.toThrow(/No matching document/);
    expect(await Order.findById(order._id).lean()).toMatchObject({ __v: 1, state: 'open' });
  });

  test('save arrays of sub-documents step by step', async () => {
    const Basket = store.connection.model('Basket', new Schema({ lines: [{ sku: String, qty: Number }] }));
    const basket = await Basket.create({
      lines: [
        { sku: 'a', qty: 1 },
        { sku: 'b', qty: 2 },
        { sku: 'c', qty: 3 },
      ],
    });
    const second = basket.lines[1];
    if (second !== undefined) second.qty = 20;
    await basket.save();
    basket.lines.pull(basket.lines[0]?._id);
    await basket.save();
    const saved = await Basket.findById(basket._id).lean().orFail();
    expect(saved.lines.map(({ sku, qty }) => [sku, qty])).toEqual([
      ['b', 20],
      ['c', 3],
    ]);
  });

  test('run queries, aggregates, cursors and bulk writes', async () => {
    const Item = store.connection.model('Item', new Schema({ n: Number, g: String, at: Date }));
    await Item.insertMany(
      Array.from({ length: 250 }, (_, n) => ({ n, g: n % 2 ? 'odd' : 'even', at: new Date(n * 1000) })),
    );
    expect(await Item.countDocuments({ g: 'odd', n: { $lt: 100 } })).toBe(50);
    expect((await Item.find({ g: 'even' }).sort({ n: -1 }).limit(2).lean()).map(({ n }) => n)).toEqual([248, 246]);
    expect(await Item.aggregate([{ $group: { _id: '$g', sum: { $sum: '$n' } } }, { $sort: { _id: 1 } }])).toEqual([
      { _id: 'even', sum: 15500 },
      { _id: 'odd', sum: 15625 },
    ]);
    let seen = 0;
    for await (const item of Item.find({ at: { $gte: new Date(100_000) } }).cursor({ batchSize: 40 }))
      seen += item.n === null ? 0 : 1;
    expect(seen).toBe(150);
    const result = await Item.bulkWrite([
      { updateOne: { filter: { n: 1 }, update: { $set: { g: 'one' } } } },
      { deleteOne: { filter: { n: 2 } } },
    ]);
    expect([result.modifiedCount, result.deletedCount]).toEqual([1, 1]);
    expect(await Item.exists({ g: 'one' })).not.toBeNull();
    expect(
      (await Item.findOneAndUpdate({ n: 5000 }, { g: 'new' }, { upsert: true, returnDocument: 'after' }).lean())?.g,
    ).toBe('new');
  });
});
