import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { print, printJson, table } from '../output.js';
import { readJsonObject } from '../read-json.js';

interface Connection {
  name: string;
  type: string;
  sandbox: boolean;
  state: string;
  triggers: { name: string }[];
  operations: { name: string; settlement: string }[];
}

export function connectionCommands(program: Command, context: Context): void {
  const connection = program.command('connection').description('connections to outside systems · 外部系统连接');

  connection
    .command('list')
    .description('all connections · 连接列表')
    .option('--json', 'for machines')
    .action(async (options) => {
      const { data } = await hubApi(context.dataDir()).get('/api/v1/connections');
      if (options.json) return printJson(data);
      print(
        table<Connection>(data.items, [
          { head: 'connection', cell: (c) => c.name },
          { head: 'type', cell: (c) => c.type + (c.sandbox ? ' (sandbox)' : '') },
          { head: 'state', cell: (c) => c.state },
          { head: 'in', cell: (c) => c.triggers.map((t) => t.name).join(', ') },
          { head: 'out', cell: (c) => c.operations.map((o) => `${o.name} (${o.settlement})`).join(', ') },
        ]),
      );
    });

  connection
    .command('put')
    .description('make or replace a connection to a real system · 新建或替换连接')
    .argument('<connection>', 'name; the shipped pipelines use kingdee, salesforce, wms and zuora')
    .requiredOption('--type <type>', 'kind of system, e.g. kingdee')
    .requiredOption('--settings <file>', 'JSON file with its settings')
    .requiredOption('--secrets <file>', 'JSON file with its secrets; sealed when stored, never shown again')
    .action(async (name: string, options: { type: string; settings: string; secrets: string }) => {
      const body = {
        type: options.type,
        settings: readJsonObject(options.settings),
        secrets: readJsonObject(options.secrets),
      };
      await hubApi(context.dataDir()).put(`/api/v1/connections/${encodeURIComponent(name)}`, body);
      print(`${name}: stored. Prove it with: orderhub connection probe ${name}`);
    });

  connection
    .command('probe')
    .description('prove a connection; writes nothing there · 验证连接')
    .argument('<connection>')
    .option('--json', 'for machines')
    .action(async (name: string, options) => {
      const { data } = await hubApi(context.dataDir()).post(`/api/v1/connections/${encodeURIComponent(name)}/probe`);
      if (!data.ok) process.exitCode = 1;
      if (options.json) return printJson(data);
      for (const { check, ok, said } of data.checks) print(`${ok ? '✓' : '✗'} ${check.en} ${check.zh}: ${said}`);
      print(data.ok ? 'OK' : 'not proven');
    });
}
