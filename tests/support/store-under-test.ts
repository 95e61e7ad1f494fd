import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startEmbeddedStore } from '../../core/store/embedded/index.js';

export type StoreUnderTest = Readonly<{
  connection: mongoose.Connection;
  db: NonNullable<mongoose.Connection['db']>;
  /** A collection name nobody else uses. */
  fresh(): mongoose.mongo.Collection<Row>;
  stop(): Promise<void>;
}>;

/** Documents of the contract suite. */
export type Row = mongoose.mongo.Document & { _id: number | string | mongoose.mongo.ObjectId };

/**
 * The store that the contract suite runs on: the server named by STORE_URI, or else an embedded store of its own. The
 * suite works in a database with a random name and drops it at the end.
 */
export async function openStoreUnderTest(): Promise<StoreUnderTest> {
  const given = process.env['STORE_URI'];
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-store-'));
  const embedded = given === undefined ? await startEmbeddedStore({ dataDir: folder, worker: false }) : undefined;
  const uri = given ?? embedded?.uri ?? '';
  const connection = await mongoose
    .createConnection(uri, { dbName: `contract_${randomBytes(5).toString('hex')}`, retryWrites: false })
    .asPromise();
  const { db } = connection;
  if (db === undefined) throw new TypeError('the connection has no database');
  return {
    connection,
    db,
    fresh: () => db.collection<Row>(`c${randomBytes(5).toString('hex')}`),
    stop: async () => {
      await db.dropDatabase();
      await connection.close();
      await embedded?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
