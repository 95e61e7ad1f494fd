import type { Clock } from '../../../core/clock.js';
import type { JournalEntry, SimulatorJournal } from '../../../core/connector/simulator.js';
import { type Row, rowId, stampMs, textOf, vendorStamp } from './row.js';
import { SCHEMA } from './schema.js';

/** References that are followed downwards: the type that holds them, and their field. */
const FOLLOWED = Object.values(SCHEMA).flatMap((object) => Object.values(object.children ?? {}));

export interface Change {
  readonly type: string;
  readonly row: Row;
}

/** Rows that can be read and changed: the organisation itself, or a transaction over it. */
export interface Rows {
  /** Also finds deleted rows. */
  get(type: string, id: string): Row | undefined;
  all(type: string): readonly Row[];
  /** Rows whose reference `field` is `id`, e.g. the lines of an order. */
  below(type: string, field: string, id: string): readonly Row[];
  put(type: string, row: Row): void;
}

interface Recorded {
  readonly changes: readonly Change[];
  readonly by: string;
  readonly client: string;
  readonly nextId: number;
}

/** Everything the organisation holds. A change is on the journal before it is here; at start the journal is read again. */
export class Store {
  readonly #tables = new Map<string, Map<string, Row>>();
  /** Ids below each `type.field=id`. */
  readonly #below = new Map<string, Set<string>>();
  readonly #clock: Clock;
  readonly #journal: SimulatorJournal;
  #nextId = 1000;
  #lastStampMs = 0;

  constructor(clock: Clock, journal: SimulatorJournal, seed: readonly Change[]) {
    this.#clock = clock;
    this.#journal = journal;
    this.#apply(seed);
    for (const entry of journal.entries()) if ('changes' in entry.data) this.#replay(entry);
  }

  get(type: string, id: string): Row | undefined {
    return this.#tables.get(type)?.get(id);
  }

  all(type: string): readonly Row[] {
    return [...(this.#tables.get(type)?.values() ?? [])];
  }

  below(type: string, field: string, id: string): readonly Row[] {
    const rows: Row[] = [];
    for (const child of this.#below.get(`${type}.${field}=${id}`) ?? []) {
      const row = this.get(type, child);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  /** Journals first, then applies; nothing to change writes nothing. `what` is e.g. `Opportunity.update`. */
  commit(what: string, changes: readonly Change[], by: string, client: string): void {
    if (changes.length === 0) return;
    this.#journal.append(what, { changes, by, client, nextId: this.#nextId });
    this.#apply(changes);
  }

  newId(type: string): string {
    return rowId(SCHEMA[type]?.prefix ?? '000', this.#nextId++);
  }

  /** A number that never repeats, for what people see. */
  newNumber(): number {
    return this.#nextId++;
  }

  /** The server's time; strictly rising, so that no two changes share a stamp. */
  newStamp(): string {
    this.#lastStampMs = Math.max(this.#clock.now().getTime(), this.#lastStampMs + 1);
    return vendorStamp(this.#lastStampMs);
  }

  #replay(entry: JournalEntry): void {
    const { changes, nextId } = entry.data as unknown as Recorded;
    this.#apply(changes);
    this.#nextId = Math.max(this.#nextId, nextId);
  }

  #apply(changes: readonly Change[]): void {
    for (const { type, row } of changes) {
      const table = this.#tables.get(type) ?? new Map<string, Row>();
      this.#tables.set(type, table);
      this.#index(type, table.get(textOf(row, 'Id')), row);
      table.set(textOf(row, 'Id'), row);
      this.#lastStampMs = Math.max(this.#lastStampMs, stampMs(textOf(row, 'SystemModstamp')));
    }
  }

  #index(type: string, before: Row | undefined, after: Row): void {
    for (const [holder, field] of FOLLOWED) {
      if (holder !== type) continue;
      if (before !== undefined) this.#below.get(keyOf(type, field, before))?.delete(textOf(before, 'Id'));
      const key = keyOf(type, field, after);
      this.#below.set(key, (this.#below.get(key) ?? new Set<string>()).add(textOf(after, 'Id')));
    }
  }
}

const keyOf = (type: string, field: string, row: Row): string => `${type}.${field}=${textOf(row, field)}`;

/** Changes not yet accepted, seen by whoever reads through it. Dropping it is the rollback. */
export class Transaction implements Rows {
  readonly #base: Omit<Rows, 'put'>;
  readonly #own = new Map<string, Change>();

  constructor(base: Omit<Rows, 'put'>) {
    this.#base = base;
  }

  get(type: string, id: string): Row | undefined {
    return this.#own.get(`${type} ${id}`)?.row ?? this.#base.get(type, id);
  }

  all(type: string): readonly Row[] {
    return this.#over(type, this.#base.all(type), () => true);
  }

  below(type: string, field: string, id: string): readonly Row[] {
    return this.#over(type, this.#base.below(type, field, id), (row) => row[field] === id);
  }

  /** The rows below with our own in their places, as far as they belong. */
  #over(type: string, base: readonly Row[], belongs: (row: Row) => boolean): readonly Row[] {
    const own = this.changes().filter((change) => change.type === type);
    if (own.length === 0) return base;
    const rows = new Map(base.map((row) => [textOf(row, 'Id'), row]));
    for (const { row } of own) {
      if (belongs(row)) rows.set(textOf(row, 'Id'), row);
      else rows.delete(textOf(row, 'Id'));
    }
    return [...rows.values()];
  }

  put(type: string, row: Row): void {
    this.#own.set(`${type} ${textOf(row, 'Id')}`, { type, row });
  }

  changes(): readonly Change[] {
    return [...this.#own.values()];
  }

  /** Hands the changes of a part on to the whole. */
  mergeInto(whole: Rows): void {
    for (const { type, row } of this.changes()) whole.put(type, row);
  }
}
