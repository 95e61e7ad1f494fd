import type { Clock } from '../../../core/clock.js';
import type { JournalEntry, SimulatorJournal } from '../../../core/connector/simulator.js';
import { type Row, rowId, stampMs, textOf, vendorStamp } from './row.js';
import { SCHEMA } from './schema.js';

export interface Change {
  readonly type: string;
  readonly row: Row;
}

/** Rows that can be read and changed: the organisation itself, or a transaction over it. */
export interface Rows {
  /** Also finds deleted rows. */
  get(type: string, id: string): Row | undefined;
  all(type: string): readonly Row[];
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
  readonly #clock: Clock;
  readonly #journal: SimulatorJournal;
  #nextId = 1000;
  #lastStampMs = 0;

  constructor(clock: Clock, journal: SimulatorJournal, seed: readonly Change[]) {
    this.#clock = clock;
    this.#journal = journal;
    this.#apply(seed);
    for (const entry of journal.entries()) this.#replay(entry);
  }

  get(type: string, id: string): Row | undefined {
    return this.#tables.get(type)?.get(id);
  }

  all(type: string): readonly Row[] {
    return [...(this.#tables.get(type)?.values() ?? [])];
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
      this.#tables.set(type, table.set(textOf(row, 'Id'), row));
      this.#lastStampMs = Math.max(this.#lastStampMs, stampMs(textOf(row, 'SystemModstamp')));
    }
  }
}

/** Changes not yet accepted, seen by whoever reads through it. Dropping it is the rollback. */
export class Transaction implements Rows {
  readonly #below: Pick<Rows, 'get' | 'all'>;
  readonly #own = new Map<string, Change>();

  constructor(below: Pick<Rows, 'get' | 'all'>) {
    this.#below = below;
  }

  get(type: string, id: string): Row | undefined {
    return this.#own.get(`${type} ${id}`)?.row ?? this.#below.get(type, id);
  }

  all(type: string): readonly Row[] {
    const own = [...this.#own.values()].filter((change) => change.type === type).map((change) => change.row);
    if (own.length === 0) return this.#below.all(type);
    const rows = new Map(this.#below.all(type).map((row) => [textOf(row, 'Id'), row]));
    for (const row of own) rows.set(textOf(row, 'Id'), row);
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
