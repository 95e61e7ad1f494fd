import type { Connection } from 'mongoose';
import type { RevenueContract } from '../../revenue/contract.js';
import type { JournalEntry } from '../../revenue/journal.js';
import { defineModel, Plain } from './define.js';

/** A revenue contract; `_id` is the order it came from. Changed by compare-and-set on `version`. */
export interface ContractDoc {
  _id: string;
  version: number;
  contract: RevenueContract;
  /** Deliveries that were recognised (or moved no amount). */
  deliveries: string[];
  updatedAt: Date;
}

/** A journal entry; `_id` is its business key. Written once, corrected only by a reversal. */
export interface JournalDoc {
  _id: string;
  orderId: string;
  orderNumber: string;
  period: string;
  date: string;
  currency: string;
  debitMinor: number;
  baseDebitMinor: number;
  entry: JournalEntry;
  at: Date;
}

export const contractModel = (connection: Connection) =>
  defineModel<ContractDoc>(connection, 'contracts', {
    _id: String,
    version: Number,
    contract: Plain,
    deliveries: [String],
    updatedAt: Date,
  });

export const journalModel = (connection: Connection) =>
  defineModel<JournalDoc>(
    connection,
    'journals',
    {
      _id: String,
      orderId: String,
      orderNumber: String,
      period: String,
      date: String,
      currency: String,
      debitMinor: Number,
      baseDebitMinor: Number,
      entry: Plain,
      at: Date,
    },
    [[{ orderId: 1, _id: 1 }], [{ period: 1, _id: 1 }], [{ at: -1, _id: -1 }]],
  );
