import type { Period } from '../api/books-types';
import { sumByCurrency } from '../format/money';

/** A close that was asked for and is not done counts as closing, also while contracts are still recognised. */
export const periodState = (period: Period): Period['state'] =>
  period.state === 'open' && period.closeAsked !== undefined ? 'closing' : period.state;

/** 0 to 1: how many of the contracts with revenue of this period are done; undefined before the close was asked for. */
export function progressOf({ state, progress }: Period): number | undefined {
  if (state === 'closed') return 1;
  if (progress === undefined) return undefined;
  return progress.total === 0 ? 1 : (progress.total - progress.due) / progress.total;
}

/** The month is over. @param today `YYYY-MM-DD` */
export const hasEnded = (period: string, today: string): boolean => period < today.slice(0, 7);

/** Turnover of a closed period in the base currency; debit and credit are the same. None while it is open. */
export const turnoverOf = ({ totals }: Period): { currency: string; gross: string }[] =>
  sumByCurrency((totals?.accounts ?? []).map((a) => ({ currency: a.baseCurrency, gross: a.baseDebit })));
