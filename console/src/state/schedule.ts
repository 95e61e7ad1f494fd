import type { Contract, Obligation } from '../api/books-types';
import { addMoney, percentOf, signOf } from '../format/money';
import { groupBy } from './group-by';

/** Revenue of one month: all that is planned for it, and what of it is recognised. */
export interface MonthRow {
  period: string;
  planned: string;
  recognised: string;
  /** Percent of the largest month, for bars. */
  plannedWidth: number;
  recognisedWidth: number;
}

/** Obligations that are served over time. */
export const scheduledOf = <T extends Pick<Obligation, 'schedule'>>(obligations: readonly T[]): T[] =>
  obligations.filter((o) => (o.schedule?.months.length ?? 0) > 0);

const positive = (amount: string): string => (signOf(amount) < 0 ? '0' : amount);

/** The months of some obligations together, oldest first. A month can be there twice: its recognised part and the rest. */
export function monthRows(obligations: readonly Pick<Obligation, 'schedule'>[]): MonthRow[] {
  const months = obligations.flatMap((o) => o.schedule?.months ?? []);
  const rows = [...groupBy(months, (month) => month.period)]
    .map(([period, of]) => ({
      period,
      planned: addMoney(of.map((month) => month.amount)),
      recognised: addMoney(of.filter((month) => month.recognised).map((month) => month.amount)),
    }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
  const largest = rows.reduce(
    (most, { planned }) => (signOf(addMoney([planned, `-${most}`])) > 0 ? planned : most),
    '0',
  );
  return rows.map((row) => ({
    ...row,
    plannedWidth: percentOf(positive(row.planned), largest),
    recognisedWidth: percentOf(positive(row.recognised), largest),
  }));
}

/** What the standing of a contract is shown by, in this order; amounts that are always meaningful come first. */
export const CONTRACT_FIGURES = [
  'transactionPrice',
  'recognised',
  'contractLiability',
  'contractAsset',
  'receivable',
  'outputVat',
  'pendingVat',
] as const satisfies readonly (keyof Contract)[];
