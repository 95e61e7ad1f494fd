import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStoreProcess } from '../../support/store-process.js';

const COUNT = 100_000;
const CHUNK = 10_000;
const MAX_START_MS = 1_000;
const MAX_ANONYMOUS_MIB = 200;

const folder = mkdtempSync(join(tmpdir(), 'orderhub-size-'));

type Order = {
  _id: number;
  orderNumber: string;
  state: string;
  customer: string;
  createdAt: Date;
  total: number;
  lines: object[];
  note: string;
};

/** About 1 kB of BSON: an order with five lines. */
const order = (n: number): Order => ({
  _id: n,
  orderNumber: `SO-${String(n).padStart(8, '0')}`,
  state: ['received', 'approved', 'fulfilling', 'done'][n % 4] ?? '',
  customer: `customer-${n % 5_000}`,
  createdAt: new Date(1_760_000_000_000 + n * 1_000),
  total: (n * 37) % 100_000,
  lines: Array.from({ length: 5 }, (_, at) => ({
    lineId: `L${at}`,
    sku: `SKU-${(n + at) % 900}`,
    quantity: at + 1,
    net: at * 1_000,
    kind: 'hardware',
  })),
  note: 'Delivery to the back entrance, call ahead. '.repeat(6),
});

const connect = (uri: string | undefined) => new mongoose.mongo.MongoClient(uri ?? '').connect();

/** A start from nothing to the first answer through an index. */
async function open() {
  const began = performance.now();
  const store = await startStoreProcess(folder);
  const client = await connect(store.report.uri);
  const found = await client.db('hub').collection<Order>('orders').findOne({ orderNumber: 'SO-00077777' });
  expect(found?._id).toBe(77_777);
  return { ms: performance.now() - began, store, client };
}

beforeAll(async () => {
  const store = await startStoreProcess(folder);
  const client = await connect(store.report.uri);
  const orders = client.db('hub').collection<Order>('orders');
  await orders.createIndexes([
    { key: { orderNumber: 1 }, unique: true },
    { key: { state: 1, createdAt: -1 } },
    { key: { customer: 1, createdAt: -1 } },
    { key: { 'lines.sku': 1 } },
    { key: { total: 1 } },
  ]);
  for (let from = 0; from < COUNT; from += CHUNK) {
    await orders.insertMany(
      Array.from({ length: CHUNK }, (_, at) => order(from + at)),
      { ordered: false },
    );
  }
  await client.close();
  await store.kill('SIGTERM');
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a folder with ${COUNT.toLocaleString('en')} orders`, () => {
  test(`opens and answers an indexed query within ${MAX_START_MS} ms, in less than ${MAX_ANONYMOUS_MIB} MiB also under load`, async () => {
    // The best of three: other work on the machine is not what is measured.
    const times: number[] = [];
    for (let n = 0; n < 2; n++) {
      const { ms, client, store } = await open();
      times.push(ms);
      await client.close();
      await store.kill('SIGTERM');
    }
    const { ms, client, store } = await open();
    const startMs = Math.min(...times, ms);
    const orders = client.db('hub').collection<Order>('orders');
    const openMiB = store.anonymousMiB();

    expect(
      (await orders.find({ state: 'approved' }).sort({ createdAt: -1 }).limit(50).toArray()).map(({ _id }) => _id)[0],
    ).toBe(99_997);
    for (let n = 0; n < 3_000; n++) await orders.findOne({ _id: (n * 7_919) % COUNT });
    await Promise.all(
      Array.from({ length: 20 }, async (_, worker) => {
        for (let n = 0; n < 100; n++)
          await orders.updateOne(
            { _id: (worker * 5_000 + n * 31) % COUNT },
            { $inc: { total: 1 }, $set: { note: 'short' } },
          );
      }),
    );
    expect(await orders.countDocuments({ customer: 'customer-17' })).toBe(COUNT / 5_000);
    let read = 0;
    for await (const _ of orders.find({}, { projection: { orderNumber: 1 } })) read++;
    expect(read).toBe(COUNT);
    const loadMiB = store.anonymousMiB();

    console.log(
      JSON.stringify({ startMs: Math.round(startMs), openMiB: Math.round(openMiB), loadMiB: Math.round(loadMiB) }),
    );
    expect(startMs).toBeLessThan(MAX_START_MS);
    expect(openMiB).toBeLessThan(MAX_ANONYMOUS_MIB);
    expect(loadMiB).toBeLessThan(MAX_ANONYMOUS_MIB);
    await client.close();
    await store.kill('SIGTERM');
  });

  test('a scan of everything does not hold up the others', async () => {
    const store = await startStoreProcess(folder);
    const client = await connect(store.report.uri);
    const orders = client.db('hub').collection<Order>('orders');
    const scan = orders.countDocuments({ note: /nowhere/ });
    const scanBegan = performance.now();
    let scanMs = 0;
    void scan.finally(() => {
      scanMs = performance.now() - scanBegan;
    });
    let answered = 0;
    let slowest = 0;
    while (scanMs === 0) {
      const began = performance.now();
      await orders.findOne({ _id: answered });
      slowest = Math.max(slowest, performance.now() - began);
      answered++;
    }
    expect(await scan).toBe(0);
    expect(answered).toBeGreaterThan(10);
    // The longest wait is one slice of the scan (8 ms when the machine is free), far from the whole of it.
    expect(slowest).toBeLessThan(scanMs / 4);
    await client.close();
    await store.kill('SIGTERM');
  });
});
