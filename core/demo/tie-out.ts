import { readDecimal, rescale, writeDecimal } from '../order/money.js';
import { sandboxControl } from '../sandbox/client.js';
import type { SandboxEndpoints } from '../sandbox/host.js';
import type { HubClient } from './hub-client.js';

interface Books {
  salesOrders: unknown[];
  duplicates: unknown[];
  voucherDuplicates: unknown[];
  totals: { debit: string; credit: string };
}
interface JournalView {
  lines: { side: string; baseAmount: string }[];
}

const SCALE = 2;
const cents = (text: string): bigint => {
  const decimal = readDecimal(text);
  if (decimal === undefined) throw new Error(`${text} is no amount`);
  return rescale(decimal, SCALE);
};
const text = (units: bigint): string => writeDecimal({ units, scale: SCALE });

export interface TieOut {
  readonly duplicates: number;
  readonly debit: string;
  readonly credit: string;
  /** What the Kingdee sandbox holds. */
  readonly kingdee: { readonly debit: string; readonly credit: string };
  readonly ties: boolean;
}

/** Adds up the hub's journals in the base currency and holds them against the vouchers in the Kingdee sandbox. */
export async function tieOut(client: HubClient, sandbox: SandboxEndpoints): Promise<TieOut> {
  let debit = 0n;
  let credit = 0n;
  let cursor: string | undefined;
  do {
    const params: Record<string, unknown> = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.get<{ items: JournalView[]; next?: string }>('/api/v1/journals', { params });
    for (const { side, baseAmount } of page.items.flatMap((journal) => journal.lines)) {
      if (side === 'debit') debit += cents(baseAmount);
      else credit += cents(baseAmount);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  const books = await sandboxControl(sandbox).inspect<Books>('kingdee');
  const kingdee = { debit: text(cents(books.totals.debit)), credit: text(cents(books.totals.credit)) };
  const ties = debit === credit && text(debit) === kingdee.debit && text(credit) === kingdee.credit;
  const duplicates = books.duplicates.length + books.voucherDuplicates.length;
  return { duplicates, debit: text(debit), credit: text(credit), kingdee, ties };
}
