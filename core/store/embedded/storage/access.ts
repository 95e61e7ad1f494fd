import type { Binary, Environment } from './environment.js';
import type { RecordCache, StoredRecord } from './record-cache.js';

/** What collections and scans need of the engine. Collections go by their number here. */
export interface Access {
  readonly env: Environment;
  readonly cache: RecordCache;
  /** Rises with every transaction: what was read under another number may have changed since. */
  readonly epoch: number;
  /** The record as the transaction under way sees it (null: removed); undefined when it has not touched it. */
  stagedRecord(collection: number, id: number): StoredRecord | null | undefined;
  stage(collection: number, id: number, record: StoredRecord | null): void;
  put(database: Binary, key: Buffer, value: Buffer): void;
  remove(database: Binary, key: Buffer): void;
}
