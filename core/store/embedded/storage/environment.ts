import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';

/** Largest size of the data file. It is address space, not memory or disk. */
const MAP_BYTES = 2 ** 40;

export type Binary = Database<Buffer, Buffer>;

/** The LMDB environment: documents, index entries and the catalogue, all under binary keys. */
export type Environment = Readonly<{
  /** [collection number, record id] → BSON */
  documents: Binary;
  /** [index number, encoded values, record id] → nothing */
  entries: Binary;
  /** Catalogue records; see catalog.ts. */
  meta: Binary;
  /** Runs the callback in a write transaction; resolves when it is on disk, rejects when the commit failed. */
  transact(work: () => void): Promise<void>;
  close(): Promise<void>;
}>;

/**
 * Opens (or makes) the data file. `overlappingSync` is off so that a commit is visible only once it is on disk: no
 * reader ever acts on something a power cut could take back.
 */
export function openEnvironment(folder: string): Environment {
  const root: RootDatabase<Buffer, Buffer> = open({
    path: folder,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 4,
    mapSize: MAP_BYTES,
    overlappingSync: false,
    noMemInit: false,
  });
  const database = (name: string): Binary =>
    root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' }) as unknown as Binary;
  // The folder may be older than the store and readable by others; the data is not.
  for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(folder, file), 0o600);
  return {
    documents: database('documents'),
    entries: database('entries'),
    meta: database('meta'),
    transact: async (work) => {
      let failure: unknown;
      await root.transaction(() => {
        try {
          work();
        } catch (error) {
          failure = error;
        }
      });
      root.resetReadTxn();
      if (failure !== undefined) throw failure;
    },
    close: () => root.close(),
  };
}

/** Big-endian numbers at the front of keys keep collections and indexes together and in order. */
export function documentKey(collection: number, id: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt32BE(collection, 0);
  key.writeUIntBE(id, 4, 6);
  return key;
}

export const numberKey = (number: number): Buffer => {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(number, 0);
  return key;
};

export function entryKey(index: number, encoded: Buffer, id: number): Buffer {
  const key = Buffer.allocUnsafe(encoded.length + 10);
  key.writeUInt32BE(index, 0);
  encoded.copy(key, 4);
  key.writeUIntBE(id, encoded.length + 4, 6);
  return key;
}

export const recordId = (key: Buffer): number => key.readUIntBE(key.length - 6, 6);
