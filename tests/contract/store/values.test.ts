import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

let store: StoreUnderTest;
beforeAll(async () => {
  store = await openStoreUnderTest();
});
afterAll(() => store.stop());

const { BSON, Binary, BSONRegExp, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } =
  mongoose.mongo;

/** What stays of a document that is stored, changed in another field, and read back, compared as bytes. */
async function stored(fields: object): Promise<string> {
  const rows = store.fresh();
  await rows.insertOne({ ...fields, _id: 1 });
  await rows.updateOne({ _id: 1 }, { $set: { zz: 1 } });
  await rows.updateOne({ _id: 1 }, { $unset: { zz: '' } });
  const [raw] = (await rows.find({ _id: 1 }, { raw: true }).toArray()) as unknown as Buffer[];
  return Buffer.from(raw ?? []).toString('hex');
}

describe('a value comes back as it was', () => {
  const values: [string, unknown][] = [
    ['int', new Int32(42)],
    ['double without fraction', new Double(42)],
    ['double', 0.1],
    ['minus zero', new Double(-0)],
    ['infinity', Number.POSITIVE_INFINITY],
    ['safe integer beyond int', 2 ** 53 - 1],
    ['long', Long.fromString('9223372036854775807')],
    ['small long', Long.fromNumber(1)],
    ['decimal with trailing zeros', Decimal128.fromString('1234.5600')],
    ['date', new Date('1969-12-31T23:59:59.999Z')],
    ['text beyond ASCII', '订单 – ünï \u{1f600}'],
    ['text with a zero', 'a\0b'],
    ['bytes', new Binary(Buffer.from([0, 1, 255]))],
    ['uuid', new Binary(Buffer.alloc(16, 7), 4)],
    ['id', new ObjectId('0123456789abcdef01234567')],
    ['null', null],
    ['booleans', [true, false]],
    ['empty things', [{}, [], '']],
    ['nested arrays', [[1, [2, [3]]], [{ a: [{ b: [] }] }]]],
    ['pattern', new BSONRegExp('^a.*z$', 'im')],
    ['timestamp', new Timestamp({ t: 4294967295, i: 1 })],
    ['code', new Code('function () {}')],
    ['ends of the order', [new MinKey(), new MaxKey()]],
    ['fields named like numbers, in their order', { b: 1, 10: 2, 2: 3, a: 4 }],
  ];
  test.each(values)('%s', async (_, value) => {
    expect(await stored({ value })).toBe(Buffer.from(BSON.serialize({ _id: 1, value })).toString('hex'));
  });

  test('a buffer and a date through the driver', async () => {
    const rows = store.fresh();
    const at = new Date();
    await rows.insertOne({ _id: 1, at, bytes: Buffer.from('raw payload') });
    const row = await rows.findOne({ _id: 1, at });
    expect(row?.['at']).toEqual(at);
    const bytes: unknown = row?.['bytes'];
    expect(bytes).toBeInstanceOf(Binary);
    expect(Buffer.from((bytes as mongoose.mongo.Binary).buffer).toString()).toBe('raw payload');
  });

  test('_id is moved to the front', async () => {
    const rows = store.fresh();
    await rows.insertOne({ a: 1, _id: 5 });
    expect(Object.keys((await rows.findOne({ _id: 5 })) ?? {})).toEqual(['_id', 'a']);
  });
});

describe('ids', () => {
  test('may be documents, texts, numbers, null, but no arrays', async () => {
    const rows = store.db.collection<{ _id: unknown }>(store.fresh().collectionName);
    const ids = [{ order: 1, line: 2 }, 'text', 5, new ObjectId(), new Date(0)];
    for (const _id of ids) await rows.insertOne({ _id } as never);
    for (const _id of ids) expect(await rows.findOne({ _id } as never)).toEqual({ _id });
    await expect(rows.insertOne({ _id: [1] } as never)).rejects.toMatchObject({ code: expect.any(Number) });
  });
});

describe('limits', () => {
  test('a document of more than 16 MB is refused', async () => {
    const rows = store.fresh();
    await rows.insertOne({ _id: 1, half: Buffer.alloc(9_000_000) });
    await expect(rows.updateOne({ _id: 1 }, { $set: { more: Buffer.alloc(9_000_000) } })).rejects.toMatchObject({
      code: expect.any(Number),
    });
    expect(Object.keys((await rows.findOne({ _id: 1 })) ?? {})).toEqual(['_id', 'half']);
  });
});
