import type { Connection } from 'mongoose';
import type { RevenueContract } from '../../revenue/contract.js';
import type { RevenueFact } from '../../revenue/facts.js';
import type { JournalEntry } from '../../revenue/journal.js';
import { defineModel, Plain } from './define.js';
import type { ActorStamp } from './order.js';

/** A fact that was applied to a contract, and the journal it made. */
export interface AppliedFact {
  kind: RevenueFact['kind'];
  id: string;
  journalKey?: string;
}

/** A revenue contract; `_id` is the order it came from. Changed by compare-and-set on `version`. */
export interface ContractDoc {
  _id: string;
  version: number;
  contract: RevenueContract;
  /** Facts that were applied, whether or not they moved an amount. */
  facts: AppliedFact[];
  /** Id of the period fact that a running close asked for; gone with the next fact that is applied. */
  askedFor?: string;
  updatedAt: Date;
}

/** A journal entry; `_id` is its business key. Written once, corrected only by a reversal. */
export interface JournalDoc {
  _id: string;
  orderId: string;
  orderNumber: string;
  book: string;
  /** `YYYY-MM`, where it is booked; `number` counts up inside book and period. */
  period: string;
  number: number;
  date: string;
  currency: string;
  debitMinor: number;
  baseDebitMinor: number;
  entry: JournalEntry;
  /** What it was made of: the contract at this version and this fact. One journal a version. */
  contractVersion: number;
  fact: RevenueFact;
  at: Date;
}

/** Takes the place of a journal whose writer reserved the number and was not heard of again. */
export interface VoidedNumber {
  _id: string;
  book: string;
  period: string;
  number: number;
  voided: string;
  at: Date;
}

export interface Reservation {
  number: number;
  /** Key of the journal that is to take the number. */
  key: string;
  at: Date;
}

/** Sums of one account in one currency over a period, in minor units. */
export interface AccountTotal {
  code: string;
  account: string;
  name: { en: string; zh: string };
  currency: string;
  debitMinor: number;
  creditMinor: number;
  baseCurrency: string;
  baseDebitMinor: number;
  baseCreditMinor: number;
}

export interface PeriodTotals {
  journals: number;
  voided: number;
  accounts: AccountTotal[];
}

/** A contract that keeps a period from being closed, and why. */
export interface Blocker {
  orderId: string;
  orderNumber: string;
  why: { en: string; zh: string };
}

export type PeriodState = 'open' | 'closing' | 'closed';

/** The head of one period of a book; `_id` is `<book>/<period>`. Moves from open over closing to closed, never back. */
export interface PeriodDoc {
  _id: string;
  book: string;
  period: string;
  state: PeriodState;
  nextNumber: number;
  reserved: Reservation[];
  /** Set when the close was asked for; the close goes on until it is done, also after a restart. */
  closeAsked?: { by: ActorStamp; at: Date };
  /** Contracts that had, and that still have, revenue of this period to recognise. */
  progress?: { total: number; due: number; blockers: Blocker[] };
  totals?: PeriodTotals;
  closedAt?: Date;
  closedBy?: ActorStamp;
}

export const contractModel = (connection: Connection) =>
  defineModel<ContractDoc>(
    connection,
    'contracts',
    {
      _id: String,
      version: Number,
      contract: Plain,
      facts: [Plain],
      askedFor: String,
      updatedAt: Date,
    },
    [
      [{ 'contract.nextDue': 1, _id: 1 }],
      [{ 'contract.status': 1, _id: -1 }],
      [{ askedFor: 1, _id: 1 }, { sparse: true }],
    ],
  );

export const journalModel = (connection: Connection) =>
  defineModel<JournalDoc>(
    connection,
    'journals',
    {
      _id: String,
      orderId: String,
      orderNumber: String,
      book: String,
      period: String,
      number: Number,
      date: String,
      currency: String,
      debitMinor: Number,
      baseDebitMinor: Number,
      entry: Plain,
      contractVersion: Number,
      fact: Plain,
      voided: String,
      at: Date,
    },
    [
      [{ orderId: 1, _id: 1 }],
      [{ at: -1, _id: -1 }],
      [{ period: 1, at: -1, _id: -1 }],
      [
        { book: 1, period: 1, number: 1 },
        { unique: true, partialFilterExpression: { number: { $exists: true } } },
      ],
      [
        { orderId: 1, contractVersion: 1 },
        { unique: true, partialFilterExpression: { contractVersion: { $exists: true } } },
      ],
    ],
  );

export const periodModel = (connection: Connection) =>
  defineModel<PeriodDoc>(
    connection,
    'periods',
    {
      _id: String,
      book: String,
      period: String,
      state: String,
      nextNumber: Number,
      reserved: [Plain],
      closeAsked: Plain,
      progress: Plain,
      totals: Plain,
      closedAt: Date,
      closedBy: Plain,
    },
    [[{ book: 1, state: 1, period: 1 }], [{ book: 1, period: -1 }]],
  );
