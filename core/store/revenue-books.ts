import type { Catalogue } from '../catalog/catalogue.js';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import type { ChartOfAccounts } from '../revenue/accounts.js';
import { openContract } from '../revenue/contract.js';
import type { JournalEntry } from '../revenue/journal.js';
import { type Delivery, recogniseDelivery } from '../revenue/recognise.js';
import { isDuplicateKey } from './connect.js';
import type { ContractDoc } from './models/books.js';
import type { HubModels } from './models/index.js';

export type RevenueBooks = ReturnType<typeof revenueBooks>;

/** Contracts and journals as documents. The journal is written first under its business key, then the contract moves. */
export function revenueBooks(models: HubModels, catalogue: Catalogue, chart: ChartOfAccounts, clock: Clock) {
  const { contracts, journals, orders } = models;

  /** The contract of an accepted order; opened when it is not there. */
  async function contractOf(orderId: string): Promise<ContractDoc> {
    const there = await contracts.findOne({ _id: orderId }).lean<ContractDoc>();
    if (there !== null) return there;
    const order = await orders.findOne({ _id: orderId }).lean();
    if (order === null) throw new HubError('ORDER_NOT_FOUND', { order: orderId });
    const contract = openContract({ orderId, orderNumber: order.orderNumber, content: order.content }, catalogue);
    const doc: ContractDoc = { _id: orderId, version: 1, contract, deliveries: [], updatedAt: clock.now() };
    try {
      await contracts.create(doc);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return (await contracts.findOne({ _id: orderId }).lean<ContractDoc>()) ?? doc;
  }

  const journal = async (key: string): Promise<JournalEntry | undefined> =>
    (await journals.findOne({ _id: key }).lean())?.entry;

  async function write(entry: JournalEntry): Promise<void> {
    const debits = entry.lines.filter((line) => line.side === 'debit');
    try {
      await journals.create({
        _id: entry.key,
        orderId: entry.orderId,
        orderNumber: entry.orderNumber,
        period: entry.period,
        date: entry.date,
        currency: entry.currency,
        debitMinor: debits.reduce((t, line) => t + line.amountMinor, 0),
        baseDebitMinor: debits.reduce((t, line) => t + line.baseMinor, 0),
        entry,
        at: clock.now(),
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /**
   * Recognises one delivery, once. @returns the journal and the contract after it; no journal when no amount moves.
   * @throws HubError VERSION_CONFLICT when another delivery of the contract was faster (try again).
   */
  async function recognise(orderId: string, delivery: Delivery): Promise<{ doc: ContractDoc; journalKey?: string }> {
    const doc = await contractOf(orderId);
    const key = `J-${delivery.deliveryId}`;
    if (doc.deliveries.includes(delivery.deliveryId)) {
      return (await journal(key)) === undefined ? { doc } : { doc, journalKey: key };
    }
    const { contract, journal: entry } = recogniseDelivery(doc.contract, delivery, chart);
    if (entry !== undefined) await write(entry);
    const next: ContractDoc = {
      ...doc,
      contract,
      version: doc.version + 1,
      deliveries: [...doc.deliveries, delivery.deliveryId],
      updatedAt: clock.now(),
    };
    const { matchedCount } = await contracts.replaceOne({ _id: orderId, version: doc.version }, next);
    if (matchedCount !== 1) throw new HubError('VERSION_CONFLICT', { what: 'contract', id: contract.contractId });
    return entry === undefined ? { doc: next } : { doc: next, journalKey: entry.key };
  }

  return { contractOf, recognise, journal };
}
