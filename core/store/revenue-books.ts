import type { Catalogue } from '../catalog/catalogue.js';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { sum } from '../order/money.js';
import type { OrderContent } from '../order/order.js';
import type { ChartOfAccounts } from '../revenue/accounts.js';
import { type Applied, applyFact } from '../revenue/apply-fact.js';

import { periodOf } from '../revenue/days.js';
import { dateOf, type RevenueFact } from '../revenue/facts.js';
import type { JournalEntry } from '../revenue/journal.js';
import { type ExternalBilling, openContract } from '../revenue/open-contract.js';
import { isDuplicateKey } from './connect.js';
import type { ContractDoc, JournalDoc } from './models/books.js';
import type { HubModels } from './models/index.js';
import { BOOK, bookingIn, type PeriodBook, type Place } from './period-book.js';

export type RevenueBooks = ReturnType<typeof revenueBooks>;

export interface Booked {
  readonly doc: ContractDoc;
  /** Absent when the fact moved no amount. */
  readonly journalKey?: string;
}

/** What stands between reading a contract and moving it; the crash tests stop here. */
type Step = 'reserved' | 'written';

export interface BooksDeps {
  readonly models: HubModels;
  readonly catalogue: Catalogue;
  readonly chart: ChartOfAccounts;
  readonly clock: Clock;
  readonly periods: PeriodBook;
  readonly step?: (step: Step, orderId: string) => Promise<void> | void;
}

/**
 * Contracts and journals as documents. A journal is written first, with the fact it is made of, as the one journal of
 * its contract's version; then the contract moves by compare-and-set. Whoever finds a journal whose contract did not
 * move finishes that first, so a crash between the two leaves nothing half done and no second journal.
 */
export function revenueBooks({ models, catalogue, chart, clock, periods, step }: BooksDeps) {
  const { contracts, journals, orders } = models;

  const contentOf = async (orderId: string): Promise<{ orderNumber: string; content: OrderContent }> => {
    const order = await orders.findOne({ _id: orderId }, { orderNumber: 1, content: 1 }).lean();
    if (order === null) throw new HubError('ORDER_NOT_FOUND', { order: orderId });
    return order;
  };

  /** The contract of an accepted order; opened when it is not there. `external` counts only then. */
  async function contractOf(orderId: string, external: ExternalBilling = {}): Promise<ContractDoc> {
    const there = await contracts.findOne({ _id: orderId }).lean<ContractDoc>();
    if (there !== null) return there;
    const { orderNumber, content } = await contentOf(orderId);
    const contract = openContract({ orderId, orderNumber, content }, catalogue, external);
    const doc: ContractDoc = { _id: orderId, version: 1, contract, facts: [], updatedAt: clock.now() };
    try {
      await contracts.create(doc);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return (await contracts.findOne({ _id: orderId }).lean<ContractDoc>()) ?? doc;
  }

  const journal = async (key: string): Promise<JournalEntry | undefined> =>
    (await journals.findOne({ _id: key }).lean<JournalDoc>())?.entry;

  const compute = ({ contract }: ContractDoc, fact: RevenueFact, booking: { date: string; period: string }): Applied =>
    applyFact(contract, fact, { chart, catalogue, booking });

  function journalDoc(entry: JournalEntry, fact: RevenueFact, { number }: Place, contractVersion: number): JournalDoc {
    const { key, orderId, orderNumber, period, date, currency, lines } = entry;
    const debits = lines.filter((line) => line.side === 'debit');
    return {
      ...{ _id: key, orderId, orderNumber, book: BOOK, period, number, date, currency, entry },
      debitMinor: sum(debits.map((line) => line.amountMinor)),
      baseDebitMinor: sum(debits.map((line) => line.baseMinor)),
      ...{ contractVersion, fact, at: clock.now() },
    };
  }

  /** Moves the contract on when it still stands where it was read. */
  async function move(doc: ContractDoc, fact: RevenueFact, applied: Applied, journalKey?: string): Promise<boolean> {
    const { askedFor: _, ...rest } = doc;
    const { kind, id } = fact;
    const next: ContractDoc = {
      ...rest,
      contract: applied.contract,
      version: doc.version + 1,
      facts: [...doc.facts, { kind, id, ...(journalKey === undefined ? {} : { journalKey }) }],
      updatedAt: clock.now(),
    };
    const { matchedCount } = await contracts.replaceOne({ _id: doc._id, version: doc.version }, next);
    return matchedCount === 1;
  }

  /** Moves the contract as the journal that is there says, wherever that was booked. */
  async function finish(doc: ContractDoc, { _id, fact, entry }: JournalDoc): Promise<void> {
    await move(doc, fact, compute(doc, fact, { date: entry.date, period: entry.period }), _id);
  }

  const halfDone = async ({ _id, version }: ContractDoc): Promise<JournalDoc | undefined> =>
    (await journals.findOne({ orderId: _id, contractVersion: version }).lean<JournalDoc>()) ?? undefined;

  /** Writes the journal of a fact in the first open period. @returns false when the place or the version was taken. */
  async function post(doc: ContractDoc, fact: RevenueFact, key: string): Promise<boolean> {
    const date = dateOf(fact);
    const place = await periods.reserve(key, periodOf(date));
    await step?.('reserved', doc._id);
    const { journal: entry } = compute(doc, fact, bookingIn(place.period, date));
    if (entry === undefined) throw new HubError('UNEXPECTED', { why: `journal ${key} depends on where it is booked` });
    try {
      await journals.create(journalDoc(entry, fact, place, doc.version));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await periods.giveBack(place, key);
      return false;
    }
    await periods.release(place);
    await step?.('written', doc._id);
    return true;
  }

  /** @throws HubError JOURNAL_KEY_TAKEN when another fact made the journal of this key. */
  async function refuseTaken(key: string, fact: RevenueFact): Promise<void> {
    const there = await journals.findOne({ _id: key }, { fact: 1 }).lean<JournalDoc>();
    if (there !== null) throw new HubError('JOURNAL_KEY_TAKEN', { key, fact: `${fact.kind} ${fact.id}` });
  }

  /**
   * Applies a fact to the contract of an order, once. A fact of a closed period is booked in the first open one.
   * @throws HubError VERSION_CONFLICT after too many races, JOURNAL_KEY_TAKEN, and what `applyFact` throws.
   */
  async function apply(orderId: string, fact: RevenueFact, external: ExternalBilling = {}): Promise<Booked> {
    for (let race = 0; race < 20; race += 1) {
      const doc = await contractOf(orderId, external);
      const known = doc.facts.find(({ kind, id }) => kind === fact.kind && id === fact.id);
      if (known !== undefined)
        return { doc, ...(known.journalKey === undefined ? {} : { journalKey: known.journalKey }) };
      const left = await halfDone(doc);
      if (left !== undefined) {
        await finish(doc, left);
        continue;
      }
      const date = dateOf(fact);
      const applied = compute(doc, fact, { date, period: periodOf(date) });
      if (applied.journal === undefined) {
        await move(doc, fact, applied);
        continue;
      }
      await refuseTaken(applied.journal.key, fact);
      await post(doc, fact, applied.journal.key); // the next look finds it and moves the contract
    }
    throw new HubError('VERSION_CONFLICT', { what: 'contract', whatZh: '合同', id: orderId });
  }

  return { contractOf, contentOf, apply, journal };
}
