import { decode } from '../bson/decode.js';
import type { Doc } from '../bson/values.js';

/** A stored document: its bytes, decoded when first asked for. Immutable. */
export class StoredRecord {
  private decoded: Doc | undefined;

  constructor(
    readonly id: number,
    readonly raw: Buffer,
    decoded?: Doc,
  ) {
    this.decoded = decoded;
  }

  get document(): Doc {
    this.decoded ??= decode(this.raw);
    return this.decoded;
  }
}

type Entry = {
  record: StoredRecord;
  home: Map<number, Entry>;
  bytes: number;
  older: Entry | undefined;
  newer: Entry | undefined;
};

/** Decoded documents weigh about four times their bytes (maps, strings, values), measured on order-like documents. */
const weigh = (record: StoredRecord): number => record.raw.length * 5 + 400;

/** Least recently used records up to a number of bytes, counted as if all were decoded. */
export class RecordCache {
  private readonly homes = new Map<number, Map<number, Entry>>();
  private oldest: Entry | undefined;
  private newest: Entry | undefined;
  /** Weight of everything held. */
  bytes = 0;

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  get(collection: number, id: number): StoredRecord | undefined {
    const entry = this.homes.get(collection)?.get(id);
    if (entry === undefined) return undefined;
    if (entry !== this.newest) {
      this.unlink(entry);
      this.append(entry);
    }
    return entry.record;
  }

  set(collection: number, record: StoredRecord): void {
    this.delete(collection, record.id);
    const bytes = weigh(record);
    if (bytes > this.limit / 8) return;
    let home = this.homes.get(collection);
    if (home === undefined) {
      home = new Map();
      this.homes.set(collection, home);
    }
    const entry: Entry = { record, home, bytes, older: undefined, newer: undefined };
    home.set(record.id, entry);
    this.append(entry);
    this.bytes += bytes;
    while (this.bytes > this.limit && this.oldest !== undefined) this.drop(this.oldest);
  }

  delete(collection: number, id: number): void {
    const entry = this.homes.get(collection)?.get(id);
    if (entry !== undefined) this.drop(entry);
  }

  forget(collection: number): void {
    for (const entry of this.homes.get(collection)?.values() ?? []) this.drop(entry);
    this.homes.delete(collection);
  }

  private drop(entry: Entry): void {
    entry.home.delete(entry.record.id);
    this.unlink(entry);
    this.bytes -= entry.bytes;
  }

  private append(entry: Entry): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
  }

  private unlink(entry: Entry): void {
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.newest = entry.older;
    else entry.newer.older = entry.older;
  }
}
