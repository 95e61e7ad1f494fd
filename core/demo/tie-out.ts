import { sandboxControl } from '../sandbox/client.js';
import type { SandboxEndpoints } from '../sandbox/host.js';
import { cents, centsText, sumCents } from './cents.js';
import type { HubClient } from './hub-client.js';

interface Books {
  duplicates: unknown[];
  voucherDuplicates: unknown[];
  totals: { debit: string; credit: string };
  accounts: { account: string; debit: string; credit: string }[];
}
interface Deliveries {
  duplicates: unknown[];
}
interface JournalView {
  voucher?: { state: string };
  lines: { code: string; account: string; side: string; baseAmount: string }[];
}

/** What a contract comes to, in its own currency. */
export interface ContractSums {
  readonly orderNumber: string;
  readonly currency: string;
  readonly transactionPrice: string;
  readonly recognised: string;
  readonly contractLiability: string;
  readonly contractAsset: string;
  readonly receivable: string;
  readonly outputVat: string;
  readonly pendingVat: string;
}

/** All items of a list, page by page. */
async function all<T>(client: HubClient, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const params: Record<string, unknown> = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.get<{ items: T[]; next?: string }>(path, { params });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** Which balance of the contracts an account carries, and on which side. */
const BALANCES: readonly (readonly [account: RegExp, side: 'debit' | 'credit', sum: keyof ContractSums])[] = [
  [/^receivable$/, 'debit', 'receivable'],
  [/^contractAsset$/, 'debit', 'contractAsset'],
  [/^contractLiability$/, 'credit', 'contractLiability'],
  [/^outputVat$/, 'credit', 'outputVat'],
  [/^pendingOutputVat$/, 'credit', 'pendingVat'],
  [/^revenue\./, 'credit', 'recognised'],
];

/** One kind of account three times: what the contracts say, what the journals add up to, what Kingdee holds. */
export interface AccountTie {
  readonly what: keyof ContractSums;
  readonly contracts: string;
  readonly journals: string;
  readonly kingdee: string;
}

export interface TieOut {
  readonly duplicates: number;
  readonly debit: string;
  readonly credit: string;
  /** What the Kingdee sandbox holds. */
  readonly kingdee: { readonly debit: string; readonly credit: string };
  readonly contracts: readonly ContractSums[];
  readonly accounts: readonly AccountTie[];
  readonly ties: boolean;
}

/**
 * Adds up the hub's journals in the base currency and holds them against the contracts and against the vouchers in the
 * Kingdee sandbox, account by account. Contracts in other currencies than the base one are left to the journals.
 */
export async function tieOut(client: HubClient, sandbox: SandboxEndpoints): Promise<TieOut> {
  const control = sandboxControl(sandbox);
  const journals = await all<JournalView>(client, '/api/v1/journals');
  const contracts = await all<ContractSums>(client, '/api/v1/contracts');
  const [books, wms, zuora] = await Promise.all([
    control.inspect<Books>('kingdee'),
    control.inspect<Deliveries>('wms'),
    control.inspect<Deliveries>('zuora'),
  ]);
  const lines = journals.flatMap((journal) => journal.lines);
  const sumOf = (side: string, of: typeof lines): bigint =>
    sumCents(of.filter((line) => line.side === side).map((line) => line.baseAmount));
  const net = (side: 'debit' | 'credit', debit: bigint, credit: bigint): string =>
    centsText(side === 'debit' ? debit - credit : credit - debit);
  const accounts = BALANCES.map(([account, side, what]): AccountTie => {
    const own = lines.filter((line) => account.test(line.account));
    const codes = new Set(own.map((line) => line.code));
    const there = books.accounts.filter((row) => codes.has(row.account));
    const turnover = (key: 'debit' | 'credit'): bigint => sumCents(there.map((row) => row[key]));
    return {
      what,
      contracts: centsText(sumCents(contracts.map((contract) => contract[what]))),
      journals: net(side, sumOf('debit', own), sumOf('credit', own)),
      kingdee: net(side, turnover('debit'), turnover('credit')),
    };
  });
  const debit = centsText(sumOf('debit', lines));
  const credit = centsText(sumOf('credit', lines));
  const kingdee = { debit: centsText(cents(books.totals.debit)), credit: centsText(cents(books.totals.credit)) };
  const balanced = debit === credit && debit === kingdee.debit && credit === kingdee.credit;
  const byAccount = accounts.every((row) => row.contracts === row.journals && row.journals === row.kingdee);
  const repeated = [books.duplicates, books.voucherDuplicates, wms.duplicates, zuora.duplicates];
  const duplicates = repeated.reduce((sum, list) => sum + list.length, 0);
  return { duplicates, debit, credit, kingdee, contracts, accounts, ties: balanced && byAccount };
}
