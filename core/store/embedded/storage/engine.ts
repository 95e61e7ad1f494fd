import type { Doc, Value } from '../bson/values.js';
import type { Expression, Filter, FilterContext } from '../query/filter.js';
import { compileFilter } from '../query/match.js';
import type { Access } from './access.js';
import { Catalog } from './catalog.js';
import { type Binary, type Environment, openEnvironment } from './environment.js';
import { RecordCache, type StoredRecord } from './record-cache.js';
import { StorageFailure, type WriteJob, WriteQueue } from './write-queue.js';

export type EngineOptions = Readonly<{
  dataDir: string;
  /** Limit of the cache of decoded documents, in bytes. */
  cacheBytes: number;
  /** Compiles expressions for `$expr` in partial filters (which MongoDB refuses, so a refusal will do). */
  expression(source: Value): Expression;
  /** Called once when a commit failed. The store answers nothing more. */
  onFailure(error: Error): void;
}>;

/** Documents, indexes and the catalogue over LMDB, with one queue of writes. */
export class Engine implements Access {
  readonly env: Environment;
  readonly cache: RecordCache;
  readonly catalog: Catalog;
  readonly queue: WriteQueue;
  /** Records written by the transaction under way (null: removed); readers outside do not see them. */
  private readonly staged = new Map<number, Map<number, StoredRecord | null>>();
  private inTransaction = false;
  epoch = 0;

  constructor(private readonly options: EngineOptions) {
    this.env = openEnvironment(options.dataDir);
    this.cache = new RecordCache(options.cacheBytes);
    this.catalog = new Catalog(this, (query) => this.compileFilter(query));
    this.queue = new WriteQueue((work) => this.transact(work), options.onFailure);
    this.catalog.load();
  }

  write<T>(job: WriteJob<T>): Promise<T> {
    return this.queue.run(job);
  }

  compileFilter(query: Doc): Filter {
    const context: FilterContext = { expression: this.options.expression };
    return compileFilter(query, context);
  }

  stagedRecord(collection: number, id: number): StoredRecord | null | undefined {
    return this.inTransaction ? this.staged.get(collection)?.get(id) : undefined;
  }

  stage(collection: number, id: number, record: StoredRecord | null): void {
    let records = this.staged.get(collection);
    if (records === undefined) {
      records = new Map();
      this.staged.set(collection, records);
    }
    records.set(id, record);
  }

  /** A failing put leaves LMDB's transaction broken: it cannot be committed, and the store stops. */
  put(database: Binary, key: Buffer, value: Buffer): void {
    this.change(() => database.put(key, value));
  }

  remove(database: Binary, key: Buffer): void {
    this.change(() => database.remove(key));
  }

  async close(): Promise<void> {
    await this.queue.idle();
    await this.env.close();
  }

  private change(action: () => unknown): void {
    if (!this.inTransaction) throw new StorageFailure('a write outside of a transaction');
    try {
      action();
    } catch (cause) {
      throw new StorageFailure('writing to the data file', { cause });
    }
  }

  private async transact(work: () => void): Promise<void> {
    await this.env.transact(() => {
      this.inTransaction = true;
      this.epoch++;
      try {
        work();
      } finally {
        this.inTransaction = false;
      }
    });
    for (const [collection, records] of this.staged) {
      for (const [id, record] of records) {
        if (record === null) this.cache.delete(collection, id);
        else this.cache.set(collection, record);
      }
    }
    this.staged.clear();
    this.epoch++;
  }
}
