import { encode } from '../bson/encode.js';
import { afterPrefix } from '../bson/key-encoding.js';
import type { Doc } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Access } from './access.js';
import { duplicateKey } from './duplicate-key.js';
import { documentKey, entryKey, numberKey, recordId } from './environment.js';
import { type Entries, type Entry, entriesOf } from './index-entries.js';
import type { Index } from './index-spec.js';
import { StoredRecord } from './record-cache.js';

/** MongoDB's limit for one document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

type Change = Readonly<{ index: Index; entries: Entries; add: readonly Entry[]; drop: readonly Entry[] }>;

/** One collection: its records and the entries they have in its indexes. Writes belong inside a transaction. */
export class Collection {
  readonly indexes: Index[] = [];
  dropped = false;
  private nextId: number | undefined;
  private counted: number | undefined;

  constructor(
    private readonly access: Access,
    readonly number: number,
    readonly db: string,
    public name: string,
    readonly options: Doc,
    /** Stores what an index has learnt about its documents (arrays, cut keys). */
    private readonly saveIndexes: () => void,
  ) {}

  get namespace(): string {
    return `${this.db}.${this.name}`;
  }

  /** Number of documents, counted once and kept up from then on. */
  get count(): number {
    this.counted ??= this.access.env.documents.getKeysCount({
      start: numberKey(this.number),
      end: numberKey(this.number + 1),
    });
    return this.counted;
  }

  read(id: number): StoredRecord | undefined {
    const staged = this.access.stagedRecord(this.number, id);
    if (staged !== undefined) return staged ?? undefined;
    const cached = this.access.cache.get(this.number, id);
    if (cached !== undefined) return cached;
    const raw = this.access.env.documents.getBinary(documentKey(this.number, id));
    if (raw === undefined) return undefined;
    const record = new StoredRecord(id, raw);
    this.access.cache.set(this.number, record);
    return record;
  }

  /**
   * @param raw the document's bytes, when they are at hand
   * @throws ProtocolError DuplicateKey, BSONObjectTooLarge, CannotIndexParallelArrays; nothing is changed then
   */
  insert(document: Doc, raw: Buffer = encode(document)): StoredRecord {
    refuseTooLarge(raw);
    const id = this.takeId();
    const changes = this.indexes.map((index): Change => {
      const entries = entriesOf(index, document);
      return { index, entries, add: entries.entries, drop: [] };
    });
    this.refuseDuplicates(changes, id);
    const record = new StoredRecord(id, raw, document);
    this.write(record, changes);
    if (this.counted !== undefined) this.counted++;
    return record;
  }

  /** Replaces a record's document. @throws as `insert` */
  replace(record: StoredRecord, document: Doc, raw: Buffer = encode(document)): StoredRecord {
    refuseTooLarge(raw);
    const changes = this.indexes.map((index) => difference(index, record.document, document));
    this.refuseDuplicates(changes, record.id);
    const next = new StoredRecord(record.id, raw, document);
    this.write(next, changes);
    return next;
  }

  remove(record: StoredRecord): void {
    for (const index of this.indexes) {
      for (const { key } of entriesOf(index, record.document).entries) {
        this.access.remove(this.access.env.entries, entryKey(index.number, key, record.id));
      }
    }
    this.access.remove(this.access.env.documents, documentKey(this.number, record.id));
    this.access.stage(this.number, record.id, null);
    if (this.counted !== undefined) this.counted--;
  }

  /** Adds a record to an index under construction. @throws ProtocolError DuplicateKey */
  addToIndex(index: Index, record: StoredRecord): void {
    const entries = entriesOf(index, record.document);
    const change: Change = { index, entries, add: entries.entries, drop: [] };
    this.refuseDuplicates([change], record.id);
    this.writeEntries(change, record.id);
  }

  private write(record: StoredRecord, changes: readonly Change[]): void {
    this.access.put(this.access.env.documents, documentKey(this.number, record.id), record.raw);
    for (const change of changes) this.writeEntries(change, record.id);
    this.access.stage(this.number, record.id, record);
  }

  private writeEntries({ index, entries, add, drop }: Change, id: number): void {
    const database = this.access.env.entries;
    for (const { key } of drop) this.access.remove(database, entryKey(index.number, key, id));
    for (const { key } of add) this.access.put(database, entryKey(index.number, key, id), NOTHING);
    const opened = entries.multikey.some((open, position) => open && !index.multikey[position]);
    if (!opened && (!entries.inexact || index.inexact)) return;
    index.multikey = index.multikey.map((open, position) => open || entries.multikey[position] === true);
    index.inexact ||= entries.inexact;
    this.saveIndexes();
  }

  private refuseDuplicates(changes: readonly Change[], id: number): void {
    for (const { index, entries, add } of changes) {
      if (!index.spec.unique) continue;
      for (const entry of add)
        if (this.isTaken(index, entry, entries.inexact, id)) throw duplicateKey(this.namespace, index, entry);
    }
  }

  /** Whether another record has the same key. Cut keys may collide: then the documents decide. */
  private isTaken(index: Index, entry: Entry, inexact: boolean, id: number): boolean {
    const start = Buffer.concat([numberKey(index.number), entry.key]);
    const end = afterPrefix(start);
    const range = end === undefined ? { start } : { start, end };
    for (const key of this.access.env.entries.getKeys(range)) {
      const other = recordId(key);
      if (other === id) continue;
      if (!inexact && !index.inexact) return true;
      const record = this.read(other);
      const wholes = record === undefined ? [] : entriesOf(index, record.document).entries;
      if (wholes.some(({ whole }) => whole.equals(entry.whole))) return true;
    }
    return false;
  }

  private takeId(): number {
    if (this.nextId === undefined) {
      const [last] = this.access.env.documents.getKeys({
        start: numberKey(this.number + 1),
        end: numberKey(this.number),
        reverse: true,
        limit: 1,
      });
      this.nextId = last === undefined ? 1 : recordId(last) + 1;
    }
    return this.nextId++;
  }
}

function refuseTooLarge(raw: Buffer): void {
  if (raw.length > MAX_DOCUMENT_BYTES) {
    throw new ProtocolError(
      'BSONObjectTooLarge',
      `BSONObj size: ${raw.length} is invalid. Size must be between 0 and 16793600`,
    );
  }
}

function difference(index: Index, before: Doc, after: Doc): Change {
  const old = entriesOf(index, before);
  const entries = entriesOf(index, after);
  const [first] = entries.entries;
  const [only] = old.entries;
  if (entries.entries.length === 1 && old.entries.length === 1 && first && only) {
    return first.whole.equals(only.whole)
      ? { index, entries, add: [], drop: [] }
      : { index, entries, add: [first], drop: first.key.equals(only.key) ? [] : [only] };
  }
  const keysBefore = new Set(old.entries.map(({ whole }) => whole.toString('latin1')));
  const cutAfter = new Set(entries.entries.map(({ key }) => key.toString('latin1')));
  return {
    index,
    entries,
    add: entries.entries.filter(({ whole }) => !keysBefore.has(whole.toString('latin1'))),
    drop: old.entries.filter(({ key }) => !cutAfter.has(key.toString('latin1'))),
  };
}
