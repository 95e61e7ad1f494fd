import { type ChildProcess, spawn } from 'node:child_process';
import type { Command } from 'commander';
import pc from 'picocolors';
import { type Closed, closeMonths } from '../../demo/close.js';
import { hubClient } from '../../demo/hub-client.js';
import { CLOSED, DEMO_ORDERS, LATE_ORDER } from '../../demo/orders.js';
import { type Played, play } from '../../demo/play.js';
import type { Progress } from '../../demo/stage.js';
import { type ContractSums, tieOut } from '../../demo/tie-out.js';
import { findSandbox } from '../../sandbox/client.js';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { note, print, printJson, table } from '../output.js';

/** A hub for this folder: the one that runs, or one of our own for as long as the demo lasts. */
async function ensureHub(dataDir: string): Promise<ChildProcess | undefined> {
  try {
    await hubApi(dataDir).get('/healthz');
    return undefined;
  } catch {
    const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' };
    return spawn(process.execPath, [process.argv[1] ?? '', 'start'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });

const WORDS: Readonly<Record<Progress, string>> = {
  selling: 'comes in · 进入',
  approving: 'is checked and approved · 校验与审批',
  releasing: 'goes to Kingdee · 推送金蝶',
  'carrying-out': 'is carried out and posted · 履约与入账',
  done: 'done · 完成',
};

function show(orders: readonly Played[]): void {
  print(
    table(orders, [
      { head: '', cell: (o) => (o.ok ? pc.green('✓') : pc.red('✗')) },
      { head: 'order', cell: (o) => o.orderNumber },
      { head: 'what', cell: (o) => [...DEMO_ORDERS, LATE_ORDER].find((d) => d.name === o.name)?.about.en ?? o.name },
      { head: 'customer', cell: (o) => o.customer },
      { head: 'gross', cell: (o) => `${o.gross} ${o.currency}`, right: true },
      { head: 'state', cell: (o) => o.state },
      { head: 'approved by', cell: (o) => o.approvals.join(', ') || (o.state === 'accepted' ? 'rule' : '') },
      { head: 'journals', cell: (o) => String(o.journals), right: true },
    ]),
  );
  for (const { orderNumber, reasons, why } of orders) {
    for (const reason of reasons) print(pc.dim(`  ${orderNumber} refused: ${reason}`));
    if (why !== undefined) print(pc.red(`  ${orderNumber}: ${why}`));
  }
}

function showRevenue(contracts: readonly ContractSums[]): void {
  print(
    table(contracts, [
      { head: 'contract', cell: (c) => c.orderNumber },
      { head: 'price', cell: (c) => c.transactionPrice, right: true },
      { head: 'recognised', cell: (c) => c.recognised, right: true },
      { head: 'liability', cell: (c) => c.contractLiability, right: true },
      { head: 'asset', cell: (c) => c.contractAsset, right: true },
      { head: 'receivable', cell: (c) => c.receivable, right: true },
      { head: 'VAT', cell: (c) => c.outputVat, right: true },
      { head: 'pending VAT', cell: (c) => c.pendingVat, right: true },
    ]),
  );
}

function showMonths(periods: readonly Closed[], unchanged: boolean): void {
  for (const { period, journals, debit } of periods)
    print(`${period} closed: ${journals} journals, ${debit} on each side`);
  print(unchanged ? 'closed again: nothing changed ✓' : pc.red('closed again: something changed'));
}

export function demoCommand(program: Command, context: Context): void {
  program
    .command('demo')
    .description('send sample orders through the sandbox, close two months and tie the books out · 演示样例订单与月结')
    .option('--json', 'one JSON object on standard output')
    .action(async (options: { json?: boolean }) => {
      const dataDir = context.dataDir();
      const own = await ensureHub(dataDir);
      try {
        const client = hubClient(dataDir);
        await client.get('/readyz');
        const sandbox = await client.until('the sandbox', () => findSandbox(dataDir));
        const progress = (name: string, step: Progress): void => note(pc.dim(`${name} ${WORDS[step]}`));
        const stage = { client, sandbox, progress };
        const orders: Played[] = [];
        for (const order of DEMO_ORDERS) orders.push(await play(stage, order));
        const periods = await closeMonths(client, CLOSED, (period) => note(pc.dim(`${period} is closed · 结账`)));
        orders.push(await play(stage, LATE_ORDER));
        const again = await closeMonths(client, CLOSED.slice(-1), () => undefined);
        const books = await tieOut(client, sandbox);
        const confirmed = orders
          .flatMap((o) => Object.values(o.effects))
          .filter((state) => state === 'confirmed').length;
        const unchanged = JSON.stringify(again) === JSON.stringify(periods.slice(-1));
        const ok = orders.every((order) => order.ok) && books.ties && books.duplicates === 0 && unchanged;
        if (!ok) process.exitCode = 1;
        const { debit, credit, kingdee, duplicates, contracts, accounts } = books;
        if (options.json) {
          const closing = { periods, closedAgainUnchanged: unchanged };
          const journals = { debit, credit, kingdee, accounts };
          printJson({ ok, orders, effects: { confirmed, duplicates }, journals, closing, revenue: contracts });
          return;
        }
        show(orders);
        showRevenue(contracts);
        showMonths(periods, unchanged);
        print(`effects confirmed ${confirmed}, duplicates ${duplicates}`);
        print(
          `journals debit ${debit}, credit ${credit}; Kingdee holds ${kingdee.debit} and ${kingdee.credit}${books.ties ? ', ties by account ✓' : pc.red(', does not tie')}`,
        );
      } finally {
        if (own !== undefined) await ended(own);
      }
    });
}
