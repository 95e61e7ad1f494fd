import { HubError } from '../errors/hub-error.js';
import { sum, writeMoney } from '../order/money.js';
import type { JournalLine } from '../revenue/journal.js';
import type { AccountTotal, JournalDoc, PeriodTotals, VoidedNumber } from './models/books.js';
import type { HubModels } from './models/index.js';
import { BOOK } from './period-book.js';

const BATCH = 500;

const isVoid = (doc: JournalDoc | VoidedNumber): doc is VoidedNumber => 'voided' in doc;

const emptyTotal = ({ entry }: JournalDoc, { account, code, name }: JournalLine): AccountTotal => ({
  ...{ code, account, name: { ...name }, currency: entry.currency, baseCurrency: entry.baseCurrency },
  ...{ debitMinor: 0, creditMinor: 0, baseDebitMinor: 0, baseCreditMinor: 0 },
});

function addLine(total: AccountTotal, { side, amountMinor, baseMinor }: JournalLine): void {
  const [field, base] =
    side === 'debit' ? (['debitMinor', 'baseDebitMinor'] as const) : (['creditMinor', 'baseCreditMinor'] as const);
  total[field] = sum([total[field], amountMinor]);
  total[base] = sum([total[base], baseMinor]);
}

/** @throws HubError JOURNAL_UNBALANCED naming the period: single journals balance, so their sums must. */
function assertBalance(period: string, accounts: readonly AccountTotal[]): void {
  const check = (currency: string, debit: number, credit: number): void => {
    if (debit === credit) return;
    const facts = { key: period, currency, debit: writeMoney(debit, currency), credit: writeMoney(credit, currency) };
    throw new HubError('JOURNAL_UNBALANCED', facts);
  };
  for (const currency of new Set(accounts.map((a) => a.currency))) {
    const own = accounts.filter((a) => a.currency === currency);
    check(currency, sum(own.map((a) => a.debitMinor)), sum(own.map((a) => a.creditMinor)));
    for (const base of new Set(own.map((a) => a.baseCurrency))) {
      const same = own.filter((a) => a.baseCurrency === base);
      check(base, sum(same.map((a) => a.baseDebitMinor)), sum(same.map((a) => a.baseCreditMinor)));
    }
  }
}

/**
 * Sums of all journals of a period by account and currency; read by number with a cursor, so the size of the period
 * does not matter.
 */
export async function periodTotals({ journals }: HubModels, period: string): Promise<PeriodTotals> {
  const accounts = new Map<string, AccountTotal>();
  let [posted, voided] = [0, 0];
  const documents = journals
    .find({ book: BOOK, period, number: { $gt: 0 } })
    .sort({ number: 1 })
    .lean<(JournalDoc | VoidedNumber)[]>()
    .cursor({ batchSize: BATCH });
  for await (const doc of documents as AsyncIterable<JournalDoc | VoidedNumber>) {
    if (isVoid(doc)) {
      voided += 1;
      continue;
    }
    posted += 1;
    for (const line of doc.entry.lines) {
      const key = `${line.code}/${doc.currency}/${doc.entry.baseCurrency}`;
      const total = accounts.get(key) ?? emptyTotal(doc, line);
      addLine(total, line);
      accounts.set(key, total);
    }
  }
  const sorted = [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  assertBalance(period, sorted);
  return { journals: posted, voided, accounts: sorted };
}
