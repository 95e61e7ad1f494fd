import { type ChildProcess, spawn } from 'node:child_process';
import type { Command } from 'commander';
import pc from 'picocolors';
import { hubClient } from '../../demo/hub-client.js';
import { DEMO_ORDERS } from '../../demo/orders.js';
import { type Played, play, type Step } from '../../demo/play.js';
import { tieOut } from '../../demo/tie-out.js';
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

const STEP_WORDS: Readonly<Record<Step, string>> = {
  selling: 'comes in · 进入',
  approving: 'is checked and approved · 校验与审批',
  releasing: 'goes to Kingdee · 推送金蝶',
  delivering: 'is delivered and posted · 交付与入账',
  done: 'done · 完成',
};

function show(orders: readonly Played[]): void {
  print(
    table(orders, [
      { head: '', cell: (o) => (o.ok ? pc.green('✓') : pc.red('✗')) },
      { head: 'order', cell: (o) => o.orderNumber },
      { head: 'what', cell: (o) => DEMO_ORDERS.find((d) => d.name === o.name)?.about.en ?? o.name },
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

export function demoCommand(program: Command, context: Context): void {
  program
    .command('demo')
    .description('send seven sample orders through the sandbox and tie the books out · 演示七个样例订单')
    .option('--json', 'one JSON object on standard output')
    .action(async (options: { json?: boolean }) => {
      const dataDir = context.dataDir();
      const own = await ensureHub(dataDir);
      try {
        const client = hubClient(dataDir);
        await client.get('/readyz');
        const sandbox = await client.until('the sandbox', () => findSandbox(dataDir));
        const progress = (name: string, step: Step): void => note(pc.dim(`${name} ${STEP_WORDS[step]}`));
        const orders: Played[] = [];
        for (const order of DEMO_ORDERS) orders.push(await play({ client, sandbox, progress }, order));
        const books = await tieOut(client, sandbox);
        const confirmed = orders
          .flatMap((o) => Object.values(o.effects))
          .filter((state) => state === 'confirmed').length;
        const ok = orders.every((order) => order.ok) && books.ties && books.duplicates === 0;
        if (!ok) process.exitCode = 1;
        const { debit, credit, kingdee, duplicates } = books;
        if (options.json) {
          printJson({ ok, orders, effects: { confirmed, duplicates }, journals: { debit, credit, kingdee } });
          return;
        }
        show(orders);
        print(`effects confirmed ${confirmed}, duplicates ${duplicates}`);
        print(
          `journals debit ${debit}, credit ${credit}; Kingdee holds ${kingdee.debit} and ${kingdee.credit}${books.ties ? ', ties ✓' : pc.red(', does not tie')}`,
        );
      } finally {
        if (own !== undefined) await ended(own);
      }
    });
}
