import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedStore, startEmbeddedStore } from '../../../core/store/embedded/index.js';

const { BSON } = mongoose.mongo;
const folder = mkdtempSync(join(tmpdir(), 'orderhub-hostile-'));
let store: EmbeddedStore;
let client: mongoose.mongo.MongoClient;

beforeAll(async () => {
  // In this very process: what reaches a prototype there would be seen here.
  store = await startEmbeddedStore({ dataDir: folder, worker: false });
  client = await new mongoose.mongo.MongoClient(store.uri).connect();
});
afterAll(async () => {
  await client.close();
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One connection that sends bytes and waits until the server answers or hangs up. */
function send(bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connect(store.socketPath);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.end(bytes);
  });
}

const message = (body: Uint8Array, flags = 0, kind = 0): Buffer => {
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(2013, 12);
  head.writeUInt32LE(flags, 16);
  head[20] = kind;
  return Buffer.concat([head, body]);
};

const ping = () => client.db('t').command({ ping: 1 });

describe('bytes that are no message', () => {
  test('close their connection and harm no other', async () => {
    const valid = message(BSON.serialize({ ping: 1, $db: 't' }));
    const broken: Uint8Array[] = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(64),
      Buffer.alloc(64, 255),
      Buffer.from([255, 255, 255, 127]),
      Buffer.from([16, 0, 0, 0]),
      message(Buffer.from([5, 0, 0, 0, 0])),
      message(BSON.serialize({ $db: 't' })),
      message(BSON.serialize({ ping: 1 })),
      message(BSON.serialize({ ping: 1, $db: 't' }), 0x40),
      message(BSON.serialize({ ping: 1, $db: 't' }), 0, 1),
      message(BSON.serialize({ ping: 1, $db: 't' }), 0, 9),
      valid.subarray(0, 30),
      message(
        Buffer.concat([BSON.serialize({ ping: 1, $db: 't' }), Buffer.from([0]), BSON.serialize({ ping: 1, $db: 't' })]),
      ),
    ];
    for (const bytes of broken) await send(bytes);
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  test('whatever single byte of a good message is wrong', async () => {
    const valid = message(
      BSON.serialize({ insert: 'fuzz', documents: [{ a: 1, b: 'text', c: [1, { d: new Date(0) }] }], $db: 't' }),
    );
    for (let at = 0; at < valid.length; at++) {
      const bytes = Buffer.from(valid);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      await send(bytes);
    }
    expect(await ping()).toMatchObject({ ok: 1 });
    for (const row of await client.db('t').collection('fuzz').find().toArray())
      expect(BSON.calculateObjectSize(row)).toBeGreaterThan(5);
  });

  test('from a stream of noise', async () => {
    let state = 12_345;
    const noise = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    };
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(Array.from({ length: 16 + (noise() % 200) }, () => noise() & 255));
      if (round % 2 === 0) bytes.writeInt32LE(bytes.length, 0);
      if (round % 4 === 0) bytes.writeInt32LE(2013, 12);
      await send(bytes);
    }
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  test('a message in many small pieces is answered all the same', async () => {
    const socket = connect(store.socketPath);
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    for (const byte of message(BSON.serialize({ ping: 1, $db: 't' }))) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
    }
    const reply = await answer;
    expect(BSON.deserialize(reply.subarray(21))).toMatchObject({ ok: 1 });
    socket.destroy();
  });
});

describe('names that reach for prototypes', () => {
  const polluted = (): unknown =>
    ({})['polluted' as never] ?? ([] as unknown[])['polluted' as never] ?? Object.prototype['polluted' as never];
  const PATHS = [
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'a.__proto__.polluted',
    'a.constructor.prototype.polluted',
  ];

  test('stay data in every command', async () => {
    const rows = client.db('t').collection<mongoose.mongo.Document & { _id: number }>('pollution');
    const raw = BSON.serialize(
      JSON.parse('{"_id": 1, "__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}'),
    );
    await client.db('t').command({ insert: 'pollution', documents: [BSON.deserialize(raw)] });
    const attempts: (() => Promise<unknown>)[] = PATHS.flatMap((path) => [
      () => rows.updateOne({ _id: 1 }, { $set: { [path]: 1 } } as never),
      () => rows.updateOne({ _id: 1 }, { $inc: { [path]: 1 } } as never),
      () => rows.updateOne({ _id: 1 }, { $push: { [`${path}.list`]: 1 } } as never),
      () => rows.updateOne({ _id: 1 }, { $rename: { x: path } }),
      () => rows.updateOne({ _id: 1 }, [{ $set: { [path]: 1 } }]),
      () => rows.updateOne({ [path]: 1, _id: 99 }, { $set: { y: 1 } }, { upsert: true }),
      () =>
        rows
          .find({ [path]: { $exists: true } })
          .sort({ [path]: 1 })
          .project({ [path]: 1 })
          .toArray(),
      () => rows.distinct(path),
      () => rows.createIndex({ [path]: 1 }),
      () => rows.aggregate([{ $addFields: { [path]: 1 } }]).toArray(),
      () => rows.aggregate([{ $project: { [path]: { $toUpper: 'x' } } }]).toArray(),
      () => rows.aggregate([{ $group: { _id: `$${path}`, n: { $stdDevPop: 1 } } }]).toArray(),
      () =>
        rows
          .aggregate([
            { $unwind: `$${path}` },
            { $setWindowFields: { sortBy: { _id: 1 }, output: { [path]: { $sum: 1 } } } },
          ])
          .toArray(),
      () =>
        rows.aggregate([{ $lookup: { from: 'pollution', localField: path, foreignField: path, as: path } }]).toArray(),
      () => rows.aggregate([{ $redact: '$$KEEP' }, { $sample: { size: 1 } }]).toArray(),
    ]);
    for (const attempt of attempts) {
      await attempt().catch(() => undefined);
      expect(polluted()).toBeUndefined();
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(await rows.countDocuments({ '__proto__.polluted': { $exists: true } })).toBeGreaterThan(0);
  });
});

describe('what the store does not offer', () => {
  test.each([
    ['collation', { find: 'c', collation: { locale: 'en', strength: 2 } }, 72],
    ['a transaction', { find: 'c', txnNumber: 1n, startTransaction: true, autocommit: false }, 20],
    ['committing one', { commitTransaction: 1 }, 20],
    ['$text', { find: 'c', filter: { $text: { $search: 'x' } } }, 238],
    ['$where', { find: 'c', filter: { $where: 'true' } }, 238],
    ['$near', { find: 'c', filter: { a: { $near: [0, 0] } } }, 238],
    [
      '$function',
      {
        aggregate: 'c',
        pipeline: [{ $project: { a: { $function: { body: 'x', args: [], lang: 'js' } } } }],
        cursor: {},
      },
      224,
    ],
    ['change streams', { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} }, 238],
    ['text indexes', { createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'a' }] }, 67],
    ['capped collections', { create: 'capped', capped: true, size: 1000 }, 72],
    ['tailable cursors', { find: 'c', tailable: true }, 72],
    ['explain', { explain: { find: 'c' } }, 59],
    ['more than one server', { insert: 'c', documents: [{}], writeConcern: { w: 2 } }, 2],
    ['linearizable reads', { find: 'c', readConcern: { level: 'linearizable' } }, 72],
  ])('%s is refused with a code', async (_, command, code) => {
    await expect(client.db('t').command(command)).rejects.toMatchObject({ code });
  });
});
