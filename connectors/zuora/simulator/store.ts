import { createHash } from 'node:crypto';
import type { SimulatorJournal } from '../../../core/connector/simulator.js';
import type { Term } from './dates.js';
import type { Replay } from './replays.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Account {
  readonly accountNumber: string;
  readonly id: string;
  readonly currency: string;
  readonly body: Json;
}

/** Quantity and price of a charge from a day on; a charge that changes gets a further one with a new id. */
export interface Segment {
  readonly id: string;
  readonly from: string;
  readonly quantity: string;
  readonly price: string;
}

export interface Charge {
  readonly number: string;
  readonly productRatePlanChargeId: string;
  readonly name: string;
  readonly billingPeriod: string;
  readonly segments: readonly Segment[];
  /** Agreed end, when it is before that of the subscription: the first day after it. */
  readonly ends?: string;
  /** First day it is no longer sold, after it was removed. */
  readonly until?: string;
}

export interface RatePlan {
  readonly id: string;
  readonly productRatePlanId: string;
  readonly name: string;
  readonly charges: readonly Charge[];
  readonly removed: boolean;
}

export interface Subscription {
  readonly number: string;
  readonly accountNumber: string;
  readonly currency: string;
  readonly version: number;
  readonly status: 'Active' | 'Pending Activation' | 'Pending Acceptance' | 'Cancelled' | 'Suspended';
  readonly termType: 'TERMED' | 'EVERGREEN';
  readonly initialTerm: Term;
  readonly renewalTerm: Term;
  readonly autoRenew: boolean;
  readonly startDate: string;
  /** Every term so far, the current one last; `after` is the first day after it. Empty for evergreen ones. */
  readonly terms: readonly { readonly from: string; readonly after: string }[];
  readonly cancelled?: string;
  readonly dates: Readonly<Record<string, string>>;
  readonly orderNumber: string;
  readonly ratePlans: readonly RatePlan[];
  readonly updated: string;
}

export interface Order {
  readonly orderNumber: string;
  readonly orderDate: string;
  readonly accountNumber: string;
  readonly currency: string;
  readonly status: 'Draft' | 'Pending' | 'Completed' | 'Cancelled';
  readonly description: string;
  readonly created: string;
  readonly updated: string;
  readonly subscriptions: readonly {
    readonly number: string;
    readonly baseVersion: number;
    readonly newVersion: number;
    readonly actions: readonly Json[];
  }[];
  /** What was asked, kept for a draft that is activated later. */
  readonly asked: Json;
}

export interface InvoiceItem {
  readonly id: string;
  readonly subscription: string;
  readonly chargeId: string;
  readonly chargeNumber: string;
  readonly chargeName: string;
  readonly quantity: string;
  readonly price: string;
  readonly net: string;
  readonly tax: string;
  readonly from: string;
  readonly to: string;
}

export interface Invoice {
  readonly number: string;
  readonly id: string;
  readonly accountNumber: string;
  readonly currency: string;
  readonly date: string;
  readonly dueDate: string;
  readonly targetDate: string;
  readonly updated: string;
  readonly items: readonly InvoiceItem[];
}

export interface Job {
  readonly id: string;
  readonly result: Json | undefined;
  readonly error: string | undefined;
}

interface Tables {
  readonly account: Account;
  readonly subscription: Subscription;
  readonly order: Order;
  readonly invoice: Invoice;
  readonly job: Job;
}
export type Table = keyof Tables;
export type Change = { readonly [T in Table]: { readonly table: T; readonly row: Tables[T] } }[Table];

const KEY: { readonly [T in Table]: (row: Tables[T]) => string } = {
  account: (row) => row.accountNumber,
  subscription: (row) => row.number,
  order: (row) => row.orderNumber,
  invoice: (row) => row.number,
  job: (row) => row.id,
};

const PREFIX: Readonly<Record<Table, string>> = {
  account: 'A',
  subscription: 'A-S',
  order: 'O-',
  invoice: 'INV',
  job: 'J',
};

/** 32 hexadecimal digits that are the same for the same thing. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  createHash('md5').update(parts.join('\n')).digest('hex');

/** Everything the tenant holds. A change is on the journal before it is here; at start the journal is read again. */
export class Store {
  readonly #tables: { readonly [T in Table]: Map<string, Tables[T]> } = {
    account: new Map(),
    subscription: new Map(),
    order: new Map(),
    invoice: new Map(),
    job: new Map(),
  };
  readonly #journal: SimulatorJournal;
  #commits = 0;

  constructor(journal: SimulatorJournal, remember: (replay: Replay) => void) {
    this.#journal = journal;
    for (const { data } of journal.entries()) {
      for (const change of data['changes'] as readonly Change[]) this.#put(change);
      if (data['replay'] !== undefined) remember(data['replay'] as Replay);
    }
  }

  get commits(): number {
    return this.#commits;
  }

  get<T extends Table>(table: T, key: string): Tables[T] | undefined {
    return this.#tables[table].get(key);
  }

  all<T extends Table>(table: T): readonly Tables[T][] {
    return [...this.#tables[table].values()];
  }

  /** The next generated number; numbers chosen by callers never look like these by accident. */
  nextNumber(table: Table, ahead = 0): string {
    let at = this.#tables[table].size + 1 + ahead;
    while (this.#tables[table].has(PREFIX[table] + String(at).padStart(8, '0'))) at++;
    return PREFIX[table] + String(at).padStart(8, '0');
  }

  /** Stores all changes, and the answer to be replayed, or none of them. */
  commit(what: string, changes: readonly Change[], replay?: Replay): void {
    this.#journal.append(what, { changes, ...(replay === undefined ? {} : { replay }) });
    for (const change of changes) this.#put(change);
    if (changes.length > 0) this.#commits++;
  }

  #put(change: Change): void {
    const table = this.#tables[change.table] as Map<string, unknown>;
    const key = KEY[change.table] as (row: unknown) => string;
    table.set(key(change.row), change.row);
  }
}
