import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, describe, expect, test } from 'vitest';
import { type StoreProcess, startStoreProcess } from '../../support/store-process.js';

const folder = mkdtempSync(join(tmpdir(), 'orderhub-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRITERS = 6;
const KILLS = 5;
const WRITES_BEFORE_KILL = 150;
const BATCH = 5;

type Row = { _id: string; n: number; writer: number; pad?: string; parts?: number[] };
type Acknowledged = { inserts: Set<string>; counters: number[]; batches: Set<string>; total: number };

const connect = (uri: string | undefined) =>
  new mongoose.mongo.MongoClient(uri ?? '', {
    serverSelectionTimeoutMS: 3_000,
    writeConcern: { w: 'majority', journal: true },
  }).connect();

/** Writes until the store dies; whatever was acknowledged is noted. */
async function write(
  rows: mongoose.mongo.Collection<Row>,
  writer: number,
  round: number,
  done: Acknowledged,
  onWrite: () => void,
): Promise<void> {
  for (let n = 0; ; n++) {
    const _id = `${round}-${writer}-${n}`;
    try {
      await rows.insertOne({ _id, n, writer, pad: 'x'.repeat(500) });
      done.inserts.add(_id);
      onWrite();
      await rows.updateOne({ _id: `counter-${writer}` }, { $inc: { n: 1 }, $push: { parts: round } });
      done.counters[writer] = (done.counters[writer] ?? 0) + 1;
      onWrite();
      await rows.insertMany(Array.from({ length: BATCH }, (_, part) => ({ _id: `${_id}-${part}`, n, writer })));
      done.batches.add(_id);
      onWrite();
    } catch {
      return;
    }
  }
}

async function round(store: StoreProcess, number: number, done: Acknowledged): Promise<void> {
  const client = await connect(store.report.uri);
  const rows = client.db('t').collection<Row>('rows');
  let left = WRITES_BEFORE_KILL;
  let dying: Promise<void> | undefined;
  const onWrite = () => {
    done.total++;
    if (--left === 0) dying = store.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(rows, writer, number, done, onWrite)));
  await dying;
  await client.close(true);
}

async function check(store: StoreProcess, done: Acknowledged): Promise<void> {
  const client = await connect(store.report.uri);
  const rows = client.db('t').collection<Row>('rows');
  const all = new Map((await rows.find().toArray()).map((row) => [row._id, row]));
  for (const id of done.inserts) expect(all.get(id)?.pad).toHaveLength(500);
  for (const id of done.batches) {
    for (let part = 0; part < BATCH; part++) expect(all.has(`${id}-${part}`), `${id}-${part}`).toBe(true);
  }
  for (let writer = 0; writer < WRITERS; writer++) {
    const counter = all.get(`counter-${writer}`);
    // The update is whole: both of its fields have moved, or neither.
    expect(counter?.parts).toHaveLength(counter?.n ?? -1);
    expect(counter?.n).toBeGreaterThanOrEqual(done.counters[writer] ?? 0);
    // One update per round may have been stored without its answer getting out.
    expect(counter?.n).toBeLessThanOrEqual((done.counters[writer] ?? 0) + KILLS);
    const byIndex = await rows.find({ writer }, { hint: 'writer_1_n_1' }).toArray();
    expect(byIndex.map(({ _id }) => _id).sort()).toEqual(
      [...all.values()]
        .filter((row) => row.writer === writer)
        .map(({ _id }) => _id)
        .sort(),
    );
  }
  await client.close();
}

describe('a store that is killed while many write', () => {
  test(`loses nothing it acknowledged, in ${KILLS} kills`, async () => {
    const done: Acknowledged = {
      inserts: new Set(),
      counters: Array.from({ length: WRITERS }, () => 0),
      batches: new Set(),
      total: 0,
    };
    let store = await startStoreProcess(folder);
    const client = await connect(store.report.uri);
    const rows = client.db('t').collection<Row>('rows');
    await rows.createIndex({ writer: 1, n: 1 });
    await rows.insertMany(
      Array.from({ length: WRITERS }, (_, writer) => ({ _id: `counter-${writer}`, n: 0, writer, parts: [] })),
    );
    await client.close();
    for (let number = 0; number < KILLS; number++) {
      await round(store, number, done);
      // The lock of the dead process is taken over.
      store = await startStoreProcess(folder);
      await check(store, done);
    }
    expect(done.total).toBeGreaterThanOrEqual(KILLS * WRITES_BEFORE_KILL);
    await store.kill('SIGTERM');
  });
});

describe('a store whose disk is full', () => {
  test('stops instead of going on, and has kept everything it acknowledged', async () => {
    const small = join(folder, 'small');
    const store = await startStoreProcess(small, 2_048);
    const client = await connect(store.report.uri);
    const rows = client.db('t').collection<Row>('rows');
    let stored = 0;
    const failure = await (async () => {
      for (; stored < 1_000; stored++)
        await rows.insertOne({ _id: String(stored), n: stored, writer: 0, pad: 'x'.repeat(20_000) });
      return undefined;
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(stored).toBeGreaterThan(10);
    await client.close(true);
    await store.kill('SIGKILL');

    const again = await startStoreProcess(small);
    const after = await connect(again.report.uri);
    expect(
      await after
        .db('t')
        .collection<Row>('rows')
        .countDocuments({ n: { $lt: stored } }),
    ).toBe(stored);
    await after.close();
    await again.kill('SIGTERM');
  });
});
