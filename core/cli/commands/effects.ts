import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { print, printJson, table } from '../output.js';

interface Effect {
  key: string;
  state: string;
  orderNumber: string;
  tries: number;
  problem?: { title: string };
  receipt?: { remoteNumber?: string; remoteId: string };
}

export function effectCommands(program: Command, context: Context): void {
  const effects = program.command('effects').description('the ledger of outside effects · 外部动作台账');

  effects
    .command('list')
    .description('outside effects, newest first · 外部动作列表')
    .option('--order <order>', 'of one order')
    .option('--state <state>', 'planned, sending, confirmed, unknown, refused or parked')
    .option('--json', 'for machines')
    .action(async (options) => {
      const params = { order: options.order, state: options.state };
      const { data } = await hubApi(context.dataDir()).get('/api/v1/effects', { params });
      if (options.json) return printJson(data);
      print(
        table<Effect>(data.items, [
          { head: 'effect', cell: (e) => e.key },
          { head: 'state', cell: (e) => e.state },
          { head: 'tries', cell: (e) => String(e.tries), right: true },
          { head: 'there as', cell: (e) => e.receipt?.remoteNumber ?? e.receipt?.remoteId ?? '' },
          { head: 'why', cell: (e) => e.problem?.title ?? '' },
        ]),
      );
    });

  effects
    .command('settle')
    .description('settle an unknown, refused or parked effect · 人工处理外部动作')
    .argument('<key>', 'from `effects list`')
    .argument('<as>', 'ask, there, not-there or retry')
    .option('--evidence <text>', 'what you saw in the target')
    .option('--json', 'for machines')
    .action(async (key: string, as: string, options) => {
      const body = { as, ...(options.evidence === undefined ? {} : { evidence: options.evidence }) };
      const { data } = await hubApi(context.dataDir()).post(`/api/v1/effects/${encodeURIComponent(key)}/settle`, body);
      if (options.json) return printJson(data);
      print(`${data.key}: ${data.state}`);
    });
}
