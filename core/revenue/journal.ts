import type { Label } from '../connector/contract.js';
import { HubError } from '../errors/hub-error.js';
import { sum, writeMoney } from '../order/money.js';
import type { LogicalAccount } from './accounts.js';
import type { FactKind } from './facts.js';

export type Side = 'debit' | 'credit';

export interface JournalLine {
  readonly account: LogicalAccount;
  /** Code and name in the ledger when the journal was made. */
  readonly code: string;
  readonly name: Label;
  readonly side: Side;
  /** In the journal's currency; negative only in red letters. */
  readonly amountMinor: number;
  readonly baseMinor: number;
  readonly lineId?: string;
  readonly obligationId?: string;
  readonly why: Label;
}

export interface JournalEntry {
  /** Business key, e.g. `J-<orderNumber>-<factId>`: the same cause makes the same journal, never a second one. */
  readonly key: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly contractId: string;
  readonly cause: { readonly kind: FactKind; readonly id: string };
  /** Business date of booking. */
  readonly date: string;
  /** `YYYY-MM`. */
  readonly period: string;
  /** When it happened; earlier than `date` when its own period was closed already. */
  readonly factDate: string;
  readonly currency: string;
  readonly baseCurrency: string;
  /** Base units for one unit of the currency. */
  readonly rate: string;
  readonly memo: Label;
  readonly lines: readonly JournalLine[];
  /** Key of the journal that this one takes back. */
  readonly reverses?: string;
}

const totalOf = (lines: readonly JournalLine[], side: Side, pick: (line: JournalLine) => number): number =>
  sum(lines.filter((line) => line.side === side).map(pick));

/** @throws HubError JOURNAL_UNBALANCED when debit and credit differ in the currency or in the base currency. */
export function assertBalanced(journal: JournalEntry): void {
  const check = (pick: (line: JournalLine) => number, currency: string): void => {
    const debit = totalOf(journal.lines, 'debit', pick);
    const credit = totalOf(journal.lines, 'credit', pick);
    if (debit === credit) return;
    throw new HubError('JOURNAL_UNBALANCED', {
      key: journal.key,
      debit: writeMoney(debit, currency),
      credit: writeMoney(credit, currency),
      currency,
    });
  };
  check((line) => line.amountMinor, journal.currency);
  check((line) => line.baseMinor, journal.baseCurrency);
}

/**
 * Takes a journal back in red letters (红字冲销): the same accounts and sides with negative amounts, so that turnover is
 * not inflated.
 * @param date business date of the reversal; its period may be a later one.
 */
export const reverse = (journal: JournalEntry, key: string, date: string): JournalEntry => ({
  ...journal,
  key,
  date,
  period: date.slice(0, 7),
  reverses: journal.key,
  memo: { en: `Reversal of ${journal.key}: ${journal.memo.en}`, zh: `冲销 ${journal.key}：${journal.memo.zh}` },
  lines: journal.lines.map((line) => ({ ...line, amountMinor: 0 - line.amountMinor, baseMinor: 0 - line.baseMinor })),
});

export interface PresentedJournal {
  key: string;
  orderNumber: string;
  cause: { kind: FactKind; id: string };
  date: string;
  period: string;
  factDate: string;
  currency: string;
  baseCurrency: string;
  rate: string;
  memo: Label;
  debit: string;
  credit: string;
  lines: {
    account: LogicalAccount;
    code: string;
    name: Label;
    side: Side;
    amount: string;
    baseAmount: string;
    lineId?: string;
    why: Label;
  }[];
}

/** Plain JSON with money as decimal text, for API, mappings and console. */
export function presentJournal(journal: JournalEntry): PresentedJournal {
  const { currency, baseCurrency } = journal;
  const total = (side: Side): string =>
    writeMoney(
      totalOf(journal.lines, side, (line) => line.amountMinor),
      currency,
    );
  return {
    key: journal.key,
    orderNumber: journal.orderNumber,
    cause: { ...journal.cause },
    date: journal.date,
    period: journal.period,
    factDate: journal.factDate,
    currency,
    baseCurrency,
    rate: journal.rate,
    memo: { ...journal.memo },
    debit: total('debit'),
    credit: total('credit'),
    lines: journal.lines.map((line) => ({
      account: line.account,
      code: line.code,
      name: { ...line.name },
      side: line.side,
      amount: writeMoney(line.amountMinor, currency),
      baseAmount: writeMoney(line.baseMinor, baseCurrency),
      ...(line.lineId === undefined ? {} : { lineId: line.lineId }),
      why: { ...line.why },
    })),
  };
}
