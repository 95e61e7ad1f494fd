import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { type OrderView, orderPage, type TimelineItem } from '../order-page.js';
import { note, print, printJson, table } from '../output.js';
import { attachmentCommands } from './attachment.js';
import { carryOutCommands } from './carry-out.js';

interface Summary {
  orderNumber: string;
  customer: { name: string };
  gross: string;
  currency: string;
  label: { en: string; zh: string };
  attention: boolean;
  updatedAt: string;
}
export function orderCommands(program: Command, context: Context): void {
  const order = program.command('order').description('orders and their journeys · 订单与全过程');

  order
    .command('list')
    .description('orders, newest first · 订单列表')
    .argument('[search]', 'number, customer or any external id')
    .option('--view <view>', 'all, waiting, held or rejected', 'all')
    .option('--limit <n>', 'how many', '20')
    .option('--cursor <cursor>', 'page after this one')
    .option('--json', 'for machines')
    .action(async (search: string | undefined, options) => {
      const { view, limit, cursor } = options;
      const { data } = await hubApi(context.dataDir()).get('/api/v1/orders', {
        params: { search, view, limit, cursor },
      });
      if (options.json) return printJson(data);
      print(
        table<Summary>(data.items, [
          { head: 'order', cell: (o) => o.orderNumber },
          { head: 'customer', cell: (o) => o.customer.name },
          { head: 'gross', cell: (o) => `${o.gross} ${o.currency}`, right: true },
          { head: 'state', cell: (o) => `${o.label.en} ${o.label.zh}` },
          { head: '', cell: (o) => (o.attention ? '!' : '') },
          { head: 'updated', cell: (o) => o.updatedAt },
        ]),
      );
      if (data.next !== undefined) note(`more: --cursor ${data.next}`);
    });

  order
    .command('show')
    .description('one order: lines, plan, amendments, contract and journey · 单个订单与全过程')
    .argument('<order>', 'number or id')
    .option('--json', 'for machines')
    .action(async (id: string, options) => {
      const api = hubApi(context.dataDir());
      const path = `/api/v1/orders/${encodeURIComponent(id)}`;
      const { data } = await api.get<OrderView>(path);
      const { data: timeline } = await api.get<{ items: TimelineItem[] }>(`${path}/timeline`);
      if (options.json) return printJson({ ...data, timeline: timeline.items });
      print(orderPage(data, timeline.items));
    });

  carryOutCommands(order, context);
  attachmentCommands(order, context);
}
