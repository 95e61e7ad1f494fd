import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { type Doc, doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import type { Filter } from '../query/filter.js';
import { splitPath } from '../query/paths.js';
import type { Access } from './access.js';
import { Collection } from './collection.js';
import { numberKey } from './environment.js';
import type { Index, IndexSpec } from './index-spec.js';
import { StorageFailure } from './write-queue.js';

const FORMAT_VERSION = 1;
const FORMAT_KEY = Buffer.from([1]);
const COLLECTION = 2;
const PURGE = 3;

const metaKey = (kind: number, number: number): Buffer => Buffer.concat([Buffer.from([kind]), numberKey(number)]);

/** What is left of a dropped collection or index: keys under this number wait to be removed. */
export type Purge = Readonly<{ number: number; kind: 'documents' | 'entries' }>;

/**
 * Databases, collections and indexes. All of it is read when the store opens (it is small); changes are made inside a
 * write transaction and take effect in memory at once.
 */
export class Catalog {
  private readonly collections = new Map<string, Collection>();
  private readonly purges = new Map<number, Purge>();
  private nextNumber = 1;

  constructor(
    private readonly access: Access,
    private readonly compileFilter: (query: Doc) => Filter,
  ) {}

  load(): void {
    const { meta } = this.access.env;
    const format = meta.get(FORMAT_KEY);
    const version = format === undefined ? FORMAT_VERSION : intOf(decode(Buffer.from(format)).get('version'));
    if (version !== FORMAT_VERSION)
      throw new StorageFailure(`data folder has format ${version}, not ${FORMAT_VERSION}`);
    for (const { key, value } of meta.getRange({ start: Buffer.from([COLLECTION]) })) {
      const record = decode(Buffer.from(value));
      const number = key.readUInt32BE(1);
      if (key[0] === COLLECTION) this.register(this.readCollection(number, record));
      else this.purges.set(number, { number, kind: record.get('kind') === 'documents' ? 'documents' : 'entries' });
      const numbers = [number, ...(key[0] === COLLECTION ? indexNumbers(record) : [])];
      this.nextNumber = Math.max(this.nextNumber, ...numbers.map((used) => used + 1));
    }
    if (format !== undefined) {
      this.nextNumber = Math.max(this.nextNumber, intOf(decode(Buffer.from(format)).get('next')));
    }
  }

  get(db: string, name: string): Collection | undefined {
    return this.collections.get(`${db}.${name}`);
  }

  all(db?: string): readonly Collection[] {
    const found = [...this.collections.values()];
    return db === undefined ? found : found.filter((collection) => collection.db === db);
  }

  pendingPurges(): readonly Purge[] {
    return [...this.purges.values()];
  }

  /** The collection, made when it is not there yet. Call inside a write transaction. */
  obtain(db: string, name: string): Collection {
    return this.get(db, name) ?? this.create(db, name);
  }

  /** Makes a collection with its index on `_id`. Call inside a write transaction. */
  create(db: string, name: string, options: Doc = new Map()): Collection {
    const collection = this.open(this.takeNumber(), db, name, options);
    collection.indexes.push(this.makeIndex(ID_INDEX));
    this.register(collection);
    this.save(collection);
    return collection;
  }

  /** Call inside a write transaction. Keys are removed later, in slices, by the purge. */
  drop(collection: Collection): void {
    this.collections.delete(collection.namespace);
    collection.dropped = true;
    this.access.remove(this.access.env.meta, metaKey(COLLECTION, collection.number));
    this.access.cache.forget(collection.number);
    this.purge({ number: collection.number, kind: 'documents' });
    for (const index of collection.indexes) this.purge({ number: index.number, kind: 'entries' });
  }

  /** Gives a collection a name that is free in its database. Call inside a write transaction. */
  rename(collection: Collection, name: string): void {
    this.collections.delete(collection.namespace);
    collection.name = name;
    this.register(collection);
    this.save(collection);
  }

  addIndex(collection: Collection, spec: IndexSpec): Index {
    const index = this.makeIndex(spec);
    index.state = 'building';
    collection.indexes.push(index);
    this.save(collection);
    return index;
  }

  dropIndex(collection: Collection, index: Index): void {
    collection.indexes.splice(collection.indexes.indexOf(index), 1);
    this.save(collection);
    this.purge({ number: index.number, kind: 'entries' });
  }

  save(collection: Collection): void {
    this.access.put(this.access.env.meta, metaKey(COLLECTION, collection.number), encode(writeCollection(collection)));
  }

  purged(purge: Purge): void {
    this.purges.delete(purge.number);
    this.access.remove(this.access.env.meta, metaKey(PURGE, purge.number));
  }

  private purge(purge: Purge): void {
    this.purges.set(purge.number, purge);
    this.access.put(this.access.env.meta, metaKey(PURGE, purge.number), encode(doc({ kind: purge.kind })));
  }

  private register(collection: Collection): void {
    this.collections.set(collection.namespace, collection);
  }

  private makeIndex(spec: IndexSpec): Index {
    return this.openIndex(this.takeNumber(), spec);
  }

  private open(number: number, db: string, name: string, options: Doc): Collection {
    const collection: Collection = new Collection(this.access, number, db, name, options, () => this.save(collection));
    return collection;
  }

  private openIndex(number: number, spec: IndexSpec): Index {
    const fields = fieldsOf(spec.key);
    return {
      number,
      spec,
      fields,
      partial: spec.partialFilterExpression && this.compileFilter(spec.partialFilterExpression),
      state: 'ready',
      multikey: fields.map(() => false),
      inexact: false,
    };
  }

  private readCollection(number: number, record: Doc): Collection {
    const { db, name, options, indexes } = Object.fromEntries(record);
    const collection = this.open(number, String(db), String(name), docOf(options));
    for (const stored of listOf(indexes)) collection.indexes.push(this.readIndex(stored));
    return collection;
  }

  private readIndex(stored: Doc): Index {
    const multikey = stored.get('multikey');
    const index = this.openIndex(intOf(stored.get('number')), readSpec(stored));
    index.state = stored.get('state') === 'building' ? 'building' : 'ready';
    index.multikey = index.fields.map((_, position) => Array.isArray(multikey) && multikey[position] === true);
    index.inexact = stored.get('inexact') === true;
    return index;
  }

  /** Numbers are never used twice, so that keys of dropped things cannot come back to life. */
  private takeNumber(): number {
    const number = this.nextNumber++;
    const record = doc({ version: FORMAT_VERSION, next: this.nextNumber });
    this.access.put(this.access.env.meta, FORMAT_KEY, encode(record));
    return number;
  }
}

const ID_INDEX: IndexSpec = {
  name: '_id_',
  key: doc({ _id: 1 }),
  unique: true,
  sparse: false,
  other: new Map(),
};

const intOf = (value: Value | undefined): number => (isNumeric(value) ? toNumber(value) : 0);

const fieldsOf = (key: Doc) =>
  [...key].map(([path, direction]) => ({ path, parts: splitPath(path), descending: intOf(direction) < 0 }));

function writeCollection(collection: Collection): Doc {
  return doc({
    db: collection.db,
    name: collection.name,
    options: collection.options,
    indexes: collection.indexes.map((index) =>
      doc({
        number: index.number,
        name: index.spec.name,
        key: index.spec.key,
        unique: index.spec.unique,
        sparse: index.spec.sparse,
        partialFilterExpression: index.spec.partialFilterExpression,
        expireAfterSeconds: index.spec.expireAfterSeconds,
        other: index.spec.other,
        state: index.state,
        multikey: [...index.multikey],
        inexact: index.inexact,
      }),
    ),
  });
}

const docOf = (value: Value | undefined): Doc => (isDoc(value) ? value : new Map());
const listOf = (value: Value | undefined): Doc[] => (Array.isArray(value) ? value.filter(isDoc) : []);

const indexNumbers = (record: Doc): number[] =>
  listOf(record.get('indexes')).map((index) => intOf(index.get('number')));

function readSpec(stored: Doc): IndexSpec {
  const partial = stored.get('partialFilterExpression');
  const expire = stored.get('expireAfterSeconds');
  return {
    name: String(stored.get('name')),
    key: docOf(stored.get('key')),
    unique: stored.get('unique') === true,
    sparse: stored.get('sparse') === true,
    other: docOf(stored.get('other')),
    ...(isDoc(partial) ? { partialFilterExpression: partial } : {}),
    ...(isNumeric(expire) ? { expireAfterSeconds: toNumber(expire) } : {}),
  };
}
