import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { print, printJson, table } from '../output.js';

interface Message {
  messageId: string;
  connection: string;
  kind: string;
  state: string;
  receivedAt: string;
  problem?: { title: string };
}

export function messageCommands(program: Command, context: Context): void {
  const message = program.command('message').description('inbound messages · 入站消息');

  message
    .command('list')
    .description('messages, newest first · 消息列表')
    .option('--state <state>', 'received, early, mapped, unchanged, stale, parked or refused')
    .option('--connection <name>', 'of one connection')
    .option('--json', 'for machines')
    .action(async (options) => {
      const params = { state: options.state, connection: options.connection };
      const { data } = await hubApi(context.dataDir()).get('/api/v1/messages', { params });
      if (options.json) return printJson(data);
      print(
        table<Message>(data.items, [
          { head: 'message', cell: (m) => m.messageId },
          { head: 'from', cell: (m) => m.connection },
          { head: 'kind', cell: (m) => m.kind },
          { head: 'state', cell: (m) => m.state },
          { head: 'received', cell: (m) => m.receivedAt },
          { head: 'why', cell: (m) => m.problem?.title ?? '' },
        ]),
      );
    });

  message
    .command('show')
    .description('one message with its body · 单条消息')
    .argument('<message>')
    .action(async (id: string) => {
      const { data } = await hubApi(context.dataDir()).get(`/api/v1/messages/${encodeURIComponent(id)}`);
      print(JSON.stringify(data, null, 2));
    });

  message
    .command('replay')
    .description('apply a parked message again · 重放搁置的消息')
    .argument('<message>')
    .option('--json', 'for machines')
    .action(async (id: string, options) => {
      const { data } = await hubApi(context.dataDir()).post(`/api/v1/messages/${encodeURIComponent(id)}/replay`);
      if (options.json) return printJson(data);
      print(`${data.messageId}: ${data.state}`);
    });
}
