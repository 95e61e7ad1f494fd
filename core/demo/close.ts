import { centsText, sumCents } from './cents.js';
import type { HubClient } from './hub-client.js';

interface PeriodView {
  state: string;
  progress?: { blockers: { orderNumber: string; why: { en: string } }[] };
  totals?: { journals: number; accounts: { baseDebit: string; baseCredit: string }[] };
}

/** A closed month: its journals and what they come to in the base currency. */
export interface Closed {
  readonly period: string;
  readonly journals: number;
  readonly debit: string;
  readonly credit: string;
}

/** Closes months one after the other and waits for each. @throws Error naming what blocks one. */
export async function closeMonths(
  client: HubClient,
  periods: readonly string[],
  done: (period: string) => void,
): Promise<Closed[]> {
  const closed: Closed[] = [];
  for (const period of periods) {
    const view = await client.until(`the close of ${period}`, async () => {
      const { data } = await client.post<PeriodView>(`/api/v1/periods/${period}/close`, undefined);
      const [blocker] = data.progress?.blockers ?? [];
      if (blocker !== undefined) throw new Error(`${period} is blocked by ${blocker.orderNumber}: ${blocker.why.en}`);
      return data.state === 'closed' ? data : undefined;
    });
    const { journals = 0, accounts = [] } = view.totals ?? {};
    const side = (key: 'baseDebit' | 'baseCredit'): string => centsText(sumCents(accounts.map((row) => row[key])));
    closed.push({ period, journals, debit: side('baseDebit'), credit: side('baseCredit') });
    done(period);
  }
  return closed;
}
