import { setTimeout as pause } from 'node:timers/promises';
import type { AxiosInstance } from 'axios';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { note, print, printJson, table } from '../output.js';

interface Label {
  en: string;
  zh: string;
}
interface Contract {
  orderNumber: string;
  status: string;
  currency: string;
  transactionPrice: string;
  recognised: string;
  contractLiability: string;
  contractAsset: string;
  receivable: string;
  outputVat: string;
  pendingVat: string;
  nextDue?: string;
}
interface Journal {
  key: string;
  number: number;
  period: string;
  date: string;
  currency: string;
  debit: string;
  memo: Label;
  voucher?: { state: string; number?: string };
}
interface Account {
  code: string;
  name: Label;
  currency: string;
  debit: string;
  credit: string;
  baseCurrency: string;
  baseDebit: string;
  baseCredit: string;
}
interface Period {
  period: string;
  state: string;
  numbers: number;
  reserved: number;
  progress?: { total: number; due: number; blockers: { orderNumber: string; why: Label }[] };
  totals?: { journals: number; voided: number; accounts: Account[] };
  closedAt?: string;
  closedBy?: string;
}
interface Page<T> {
  items: T[];
  next?: string;
}

const LOOK_MS = 1_000;
/** Looks without a change after which waiting ends; the hub goes on by itself. */
const PATIENCE = 90;

const month = (text: string): string => {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('a month such as 2026-11 · 月份，例如 2026-11');
};

function printTotals({ period, totals, closedAt, closedBy }: Period): void {
  print(`${period} closed 已结账  ${closedAt ?? ''}  ${closedBy ?? ''}`);
  print(`${totals?.journals ?? 0} journals 分录, ${totals?.voided ?? 0} voided numbers 作废号`);
  print(
    table<Account>(totals?.accounts ?? [], [
      { head: 'account', cell: (a) => a.code },
      { head: '', cell: (a) => `${a.name.en} ${a.name.zh}` },
      { head: 'debit', cell: (a) => a.debit, right: true },
      { head: 'credit', cell: (a) => a.credit, right: true },
      { head: '', cell: (a) => a.currency },
      { head: 'debit', cell: (a) => a.baseDebit, right: true },
      { head: 'credit', cell: (a) => a.baseCredit, right: true },
      { head: '', cell: (a) => a.baseCurrency },
    ]),
  );
}

const stageOf = ({ state, reserved, progress }: Period): string => {
  if (state === 'closing') return `waiting for ${reserved} numbers · 等待 ${reserved} 个凭证号`;
  const { total = 0, due = 0 } = progress ?? {};
  return `recognised ${total - due} of ${total} contracts · 已确认 ${total - due}/${total} 份合同`;
};

/** Waits for the close, telling each change. @returns the last look; still open when contracts block it. */
async function watch(api: AxiosInstance, first: Period): Promise<Period> {
  let head = first;
  let said = '';
  for (let still = 0; head.state !== 'closed' && still < PATIENCE; still += 1) {
    const stage = stageOf(head);
    if (stage !== said) {
      note(`${head.period}  ${stage}`);
      still = 0;
    }
    said = stage;
    const { blockers = [], due = 0 } = head.progress ?? {};
    if (blockers.length > 0 && blockers.length >= Math.min(due, 50)) break;
    await pause(LOOK_MS);
    head = (await api.get<Period>(`/api/v1/periods/${head.period}`)).data;
  }
  return head;
}

export function revenueCommands(program: Command, context: Context): void {
  const revenue = program.command('revenue').description('contracts, journals and periods · 收入合同、分录与期间');
  const api = (): AxiosInstance => hubApi(context.dataDir());

  revenue
    .command('close')
    .description('close a month; it cannot be opened again · 期间结账，不可重开')
    .requiredOption('--period <month>', 'e.g. 2026-11', month)
    .option('--no-wait', 'only ask for it; the hub goes on by itself')
    .option('--json', 'for machines')
    .action(async (options: { period: string; wait: boolean; json?: boolean }) => {
      const asked = (await api().post<Period>(`/api/v1/periods/${options.period}/close`)).data;
      const head = options.wait ? await watch(api(), asked) : asked;
      if (options.wait && head.state !== 'closed') process.exitCode = 2;
      if (options.json === true) return printJson(head);
      if (head.state === 'closed') return printTotals(head);
      print(`${head.period} ${head.state}: ${stageOf(head)}`);
      for (const { orderNumber, why } of head.progress?.blockers ?? []) {
        print(`  ${pc.red(orderNumber)}  ${why.en}\n  ${why.zh}`);
      }
      if (options.wait) note('Cure the causes, then give the command again. 处理原因后重新执行本命令。');
    });

  revenue
    .command('contracts')
    .description('revenue contracts with their balances · 收入合同及余额')
    .option('--period <month>', 'only those with revenue due by the end of it', month)
    .option('--status <status>', 'open, performing or satisfied')
    .option('--limit <n>', 'how many', '50')
    .option('--cursor <cursor>', 'page after this one')
    .option('--json', 'for machines')
    .action(async ({ json, ...params }) => {
      const { data } = await api().get<Page<Contract>>('/api/v1/contracts', { params });
      if (json) return printJson(data);
      print(
        table(data.items, [
          { head: 'order', cell: (c) => c.orderNumber },
          { head: 'status', cell: (c) => c.status },
          { head: '', cell: (c) => c.currency },
          { head: 'price 交易价格', cell: (c) => c.transactionPrice, right: true },
          { head: 'recognised 已确认', cell: (c) => c.recognised, right: true },
          { head: 'liability 合同负债', cell: (c) => c.contractLiability, right: true },
          { head: 'asset 合同资产', cell: (c) => c.contractAsset, right: true },
          { head: 'receivable 应收', cell: (c) => c.receivable, right: true },
          { head: 'VAT output 销项', cell: (c) => c.outputVat, right: true },
          { head: 'VAT pending 待转', cell: (c) => c.pendingVat, right: true },
          { head: 'due 待确认期间', cell: (c) => c.nextDue ?? '' },
        ]),
      );
      if (data.next !== undefined) note(`more: --cursor ${data.next}`);
    });

  revenue
    .command('journals')
    .description('journals, newest first · 分录列表')
    .option('--period <month>', 'booked in this month', month)
    .option('--order <order>', 'of one order')
    .option('--limit <n>', 'how many', '50')
    .option('--cursor <cursor>', 'page after this one')
    .option('--json', 'for machines')
    .action(async ({ json, ...params }) => {
      const { data } = await api().get<Page<Journal>>('/api/v1/journals', { params });
      if (json) return printJson(data);
      print(
        table(data.items, [
          { head: 'period', cell: (j) => j.period },
          { head: 'no', cell: (j) => String(j.number), right: true },
          { head: 'date', cell: (j) => j.date },
          { head: 'journal', cell: (j) => j.key },
          { head: 'amount', cell: (j) => `${j.debit} ${j.currency}`, right: true },
          { head: 'voucher', cell: (j) => j.voucher?.number ?? j.voucher?.state ?? '' },
          { head: 'what', cell: (j) => `${j.memo.en} ${j.memo.zh}` },
        ]),
      );
      if (data.next !== undefined) note(`more: --cursor ${data.next}`);
    });

  revenue
    .command('periods')
    .description('accounting periods, newest first · 会计期间')
    .option('--limit <n>', 'how many', '24')
    .option('--cursor <cursor>', 'page after this one')
    .option('--json', 'for machines')
    .action(async ({ json, ...params }) => {
      const { data } = await api().get<Page<Period>>('/api/v1/periods', { params });
      if (json) return printJson(data);
      print(
        table(data.items, [
          { head: 'period', cell: (p) => p.period },
          { head: 'state', cell: (p) => p.state },
          { head: 'numbers', cell: (p) => String(p.numbers), right: true },
          { head: 'voided', cell: (p) => String(p.totals?.voided ?? ''), right: true },
          { head: 'closed', cell: (p) => p.closedAt ?? '' },
          { head: 'by', cell: (p) => p.closedBy ?? '' },
        ]),
      );
      if (data.next !== undefined) note(`more: --cursor ${data.next}`);
    });
}
