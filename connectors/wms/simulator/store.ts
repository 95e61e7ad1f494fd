import type { SimulatorJournal } from '../../../core/connector/simulator.js';
import { SANDBOX } from './data.js';

export type DocKind = 'delivery' | 'return';
export type Status =
  | 'NEW'
  | 'ACCEPT'
  | 'PARTDELIVERED'
  | 'DELIVERED'
  | 'CANCELED'
  | 'REJECT'
  | 'PARTFULFILLED'
  | 'FULFILLED';

export interface Line {
  readonly lineNo: string;
  readonly itemCode: string;
  readonly inventoryType: string;
  readonly planQty: number;
  /** The sender's own order, when it names one. */
  readonly source?: string;
  /** Shipped, or received back, so far. */
  readonly actualQty: number;
}

/** A delivery order (发货单) or a return order (退货入库单) as it stands in the warehouse. */
export interface Doc {
  readonly kind: DocKind;
  readonly code: string;
  readonly id: string;
  readonly orderType: string;
  readonly status: Status;
  readonly carrier: string;
  /** Who gets it, or who sends it back. */
  readonly party: string;
  readonly createdAt: string;
  readonly lines: readonly Line[];
}

/** Goods of one line that moved: out with a shipment, in with a return, each in its condition. */
export interface Moved {
  readonly lineNo: string;
  readonly itemCode: string;
  readonly inventoryType: string;
  readonly quantity: number;
}

/** One message to the owner of the goods about a document. */
export interface Confirm {
  readonly outBizCode: string;
  readonly kind: DocKind;
  readonly code: string;
  readonly status: Status;
  readonly final: boolean;
  readonly at: string;
  readonly moved: readonly Moved[];
  readonly carrier?: string;
  readonly tracking?: string;
  readonly reason?: string;
  readonly callbackUrl?: string;
}

/** The only ways in which the warehouse changes; what is journaled is what is applied. */
export type Change =
  | { readonly opened: Doc }
  | { readonly cancelled: { readonly kind: DocKind; readonly code: string } }
  | { readonly confirmed: Confirm }
  | { readonly told: { readonly outBizCode: string; readonly delivered: boolean; readonly attempts: number } };

export interface Stock {
  readonly itemCode: string;
  readonly inventoryType: string;
  /** May still be promised. */
  readonly quantity: number;
  readonly locked: number;
}

export interface Told {
  readonly delivered: boolean;
  readonly attempts: number;
}

const key = (...parts: readonly string[]): string => parts.join('\n');

/** Documents, stock and confirmations, rebuilt from the journal at start. A change is on disk before it is visible. */
export class WarehouseStore {
  readonly #journal: SimulatorJournal;
  readonly #docs = new Map<string, Doc>();
  readonly #stock = new Map<string, Stock>();
  readonly #confirms = new Map<string, Confirm>();
  readonly #told = new Map<string, Told>();
  #commits = 0;

  constructor(journal: SimulatorJournal) {
    this.#journal = journal;
    for (const { itemCode, quantity } of SANDBOX.stock) this.#put(itemCode, 'ZP', quantity, 0);
    for (const entry of journal.entries()) this.#apply(entry.data['change'] as Change);
  }

  /** How often something was stored since the start. */
  get commits(): number {
    return this.#commits;
  }

  commit(what: string, change: Change): void {
    this.#journal.append(what, { change });
    this.#commits += 1;
    this.#apply(change);
  }

  doc(kind: DocKind, code: string): Doc | undefined {
    return this.#docs.get(key(kind, code));
  }

  docs(kind: DocKind): readonly Doc[] {
    return [...this.#docs.values()].filter((doc) => doc.kind === kind);
  }

  knows(itemCode: string): boolean {
    return SANDBOX.stock.some((item) => item.itemCode === itemCode);
  }

  stockOf(itemCode: string): readonly Stock[] {
    return this.stock().filter((stock) => stock.itemCode === itemCode);
  }

  stock(): readonly Stock[] {
    return [...this.#stock.values()];
  }

  confirms(): readonly (Confirm & { readonly told?: Told })[] {
    return [...this.#confirms.values()].map((confirm) => {
      const told = this.#told.get(confirm.outBizCode);
      return told === undefined ? confirm : { ...confirm, told };
    });
  }

  /** `W10001` and so on; `C-1` and so on. */
  nextId = (): string => `W${10_001 + this.#docs.size}`;
  nextOutBizCode = (): string => `C-${this.#confirms.size + 1}`;

  #put(itemCode: string, inventoryType: string, quantity: number, locked: number): void {
    const at = key(itemCode, inventoryType);
    const there = this.#stock.get(at) ?? { itemCode, inventoryType, quantity: 0, locked: 0 };
    this.#stock.set(at, { ...there, quantity: there.quantity + quantity, locked: there.locked + locked });
  }

  /** What is planned and not yet shipped is locked while the order is open. */
  #lock(doc: Doc, sign: 1 | -1): void {
    if (doc.kind !== 'delivery') return;
    for (const { itemCode, inventoryType, planQty, actualQty } of doc.lines) {
      const rest = sign * (planQty - actualQty);
      this.#put(itemCode, inventoryType, -rest, rest);
    }
  }

  #apply(change: Change): void {
    if ('opened' in change) {
      this.#docs.set(key(change.opened.kind, change.opened.code), change.opened);
      this.#lock(change.opened, 1);
    } else if ('cancelled' in change) this.#close(change.cancelled, 'CANCELED');
    else if ('confirmed' in change) this.#confirm(change.confirmed);
    else this.#told.set(change.told.outBizCode, change.told);
  }

  #close({ kind, code }: { kind: DocKind; code: string }, status: Status): void {
    const doc = this.doc(kind, code);
    if (doc === undefined) return;
    this.#lock(doc, -1);
    this.#docs.set(key(kind, code), { ...doc, status });
  }

  #confirm(confirm: Confirm): void {
    this.#confirms.set(confirm.outBizCode, confirm);
    const doc = this.doc(confirm.kind, confirm.code);
    if (doc === undefined) return;
    for (const { itemCode, inventoryType, quantity } of confirm.moved) {
      if (doc.kind === 'delivery') this.#put(itemCode, inventoryType, 0, -quantity);
      else this.#put(itemCode, inventoryType, quantity, 0);
    }
    const movedOf = (lineNo: string): number =>
      confirm.moved.filter((m) => m.lineNo === lineNo).reduce((sum, m) => sum + m.quantity, 0);
    const lines = doc.lines.map((line) => ({ ...line, actualQty: line.actualQty + movedOf(line.lineNo) }));
    this.#docs.set(key(doc.kind, doc.code), { ...doc, lines, status: confirm.status });
    if (confirm.final) this.#close(doc, confirm.status);
  }
}
