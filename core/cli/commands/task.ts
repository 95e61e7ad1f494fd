import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { print, printJson, table } from '../output.js';

interface Task {
  taskId: string;
  kind: string;
  orderNumber: string;
  customerName: string;
  gross: string;
  currency: string;
  role: string;
  reason: { en: string; zh: string };
}

export function taskCommands(program: Command, context: Context): void {
  const task = program.command('task').description('approvals and to-dos · 审批与待办');

  task
    .command('list')
    .description('what waits for people · 待办列表')
    .option('--closed', 'those already decided')
    .option('--json', 'for machines')
    .action(async (options) => {
      const params = { state: options.closed ? 'closed' : 'waiting' };
      const { data } = await hubApi(context.dataDir()).get('/api/v1/tasks', { params });
      if (options.json) return printJson(data);
      print(
        table<Task>(data.items, [
          { head: 'task', cell: (t) => t.taskId },
          { head: 'kind', cell: (t) => t.kind },
          { head: 'order', cell: (t) => t.orderNumber },
          { head: 'customer', cell: (t) => t.customerName },
          { head: 'gross', cell: (t) => `${t.gross} ${t.currency}`, right: true },
          { head: 'role', cell: (t) => t.role },
          { head: 'why', cell: (t) => t.reason.en },
        ]),
      );
    });

  task
    .command('decide')
    .description('approve, reject or finish a task · 处理待办')
    .argument('<task>', 'id from `task list`')
    .argument('<decision>', 'approve, reject or done')
    .option('--comment <text>', 'needed for a rejection')
    .option('--json', 'for machines')
    .action(async (id: string, decision: string, options) => {
      const body = { decision, ...(options.comment === undefined ? {} : { comment: options.comment }) };
      const { data } = await hubApi(context.dataDir()).post(`/api/v1/tasks/${encodeURIComponent(id)}/decision`, body);
      if (options.json) return printJson(data);
      print(`${data.orderNumber}: ${data.state} by ${data.decidedBy}`);
    });
}
