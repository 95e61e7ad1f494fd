import type { SimulatorJournal } from '../../../core/connector/simulator.js';

export type Status = 'Z' | 'A' | 'B' | 'C' | 'D';

/** Values by field key: texts, dates as `yyyy-MM-ddTHH:mm:ss`, decimals as text, references as numbers of base data. */
export type Row = Readonly<Record<string, string | boolean>>;

export interface Entry {
  readonly id: number;
  readonly row: Row;
  /** Entry of the sales order this one was made from. */
  readonly source?: number;
}

export interface Bill {
  readonly form: string;
  readonly id: number;
  readonly status: Status;
  readonly cancelled: boolean;
  readonly modified: string;
  readonly head: Row;
  readonly entries: readonly Entry[];
}

/** The only ways in which stored bills change; what is journaled is what is applied. */
export type Change =
  | { readonly put: Bill }
  | {
      readonly mark: {
        readonly form: string;
        readonly id: number;
        readonly status: Status;
        readonly cancelled: boolean;
      };
    }
  | { readonly remove: { readonly form: string; readonly id: number } };

const FIRST_BILL_ID = 140_669;
const FIRST_ENTRY_ID = 200_000;

/** All bills, rebuilt from the journal at start. A change is on disk before it is visible. */
export class BillStore {
  readonly #journal: SimulatorJournal;
  readonly #bills = new Map<string, Map<number, Bill>>();
  readonly #byNumber = new Map<string, number>();
  /** Bills made from an entry of a sales order. */
  readonly #madeFrom = new Map<number, Set<Bill>>();
  readonly #sequences = new Map<string, number>();
  #lastBillId = FIRST_BILL_ID;
  #lastEntryId = FIRST_ENTRY_ID;
  #commits = 0;

  constructor(journal: SimulatorJournal) {
    this.#journal = journal;
    for (const entry of journal.entries()) this.#applyAll(entry.data['changes'] as readonly Change[]);
  }

  /** How often something was stored since the start. */
  get commits(): number {
    return this.#commits;
  }

  commit(what: string, changes: readonly Change[]): void {
    this.#journal.append(what, { changes });
    this.#commits += 1;
    this.#applyAll(changes);
  }

  get(form: string, id: number): Bill | undefined {
    return this.#bills.get(form)?.get(id);
  }

  byNumber(form: string, number: string): Bill | undefined {
    const id = this.#byNumber.get(numberKey(form, number));
    return id === undefined ? undefined : this.get(form, id);
  }

  all(form: string): readonly Bill[] {
    return [...(this.#bills.get(form)?.values() ?? [])];
  }

  madeFrom(sourceEntryId: number): readonly Bill[] {
    return [...(this.#madeFrom.get(sourceEntryId) ?? [])];
  }

  nextBillId(): number {
    this.#lastBillId += 1;
    return this.#lastBillId;
  }

  nextEntryId(): number {
    this.#lastEntryId += 1;
    return this.#lastEntryId;
  }

  /** The next number of a series, skipping those in use. */
  nextNumber(form: string, prefix: string): string {
    for (;;) {
      const next = (this.#sequences.get(prefix) ?? 0) + 1;
      this.#sequences.set(prefix, next);
      const number = `${prefix}${String(next).padStart(6, '0')}`;
      if (this.byNumber(form, number) === undefined) return number;
    }
  }

  #applyAll(changes: readonly Change[]): void {
    for (const change of changes) {
      if ('put' in change) this.#put(change.put);
      else if ('remove' in change) this.#remove(change.remove.form, change.remove.id);
      else this.#mark(change.mark);
    }
  }

  #put(bill: Bill): void {
    this.#remove(bill.form, bill.id);
    const bills = this.#bills.get(bill.form) ?? new Map<number, Bill>();
    this.#bills.set(bill.form, bills.set(bill.id, bill));
    const number = String(bill.head['FBillNo'] ?? '');
    if (number !== '') this.#byNumber.set(numberKey(bill.form, number), bill.id);
    for (const entry of bill.entries) {
      this.#lastEntryId = Math.max(this.#lastEntryId, entry.id);
      if (entry.source === undefined) continue;
      this.#madeFrom.set(entry.source, (this.#madeFrom.get(entry.source) ?? new Set()).add(bill));
    }
    this.#lastBillId = Math.max(this.#lastBillId, bill.id);
  }

  #remove(form: string, id: number): void {
    const bill = this.get(form, id);
    if (bill === undefined) return;
    this.#bills.get(form)?.delete(id);
    this.#byNumber.delete(numberKey(form, String(bill.head['FBillNo'] ?? '')));
    for (const { source } of bill.entries) if (source !== undefined) this.#madeFrom.get(source)?.delete(bill);
  }

  #mark({ form, id, status, cancelled }: { form: string; id: number; status: Status; cancelled: boolean }): void {
    const bill = this.get(form, id);
    if (bill !== undefined) this.#put({ ...bill, status, cancelled });
  }
}

const numberKey = (form: string, number: string): string => `${form}\n${number.toLowerCase()}`;
