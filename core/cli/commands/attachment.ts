import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { HubError } from '../../errors/hub-error.js';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { note, print, printJson, table } from '../output.js';

interface Attachment {
  attachmentId: string;
  on: { kind: string; taskId?: string; stepId?: string };
  name: string;
  type: string;
  size: number;
  sha256: string;
  by: { name: string };
  at: string;
  removed?: { by: { name: string }; at: string };
}

const UPLOAD_MS = 600_000;

/** @throws HubError SETTINGS_INVALID naming the file. */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new HubError('SETTINGS_INVALID', { why: `${file} cannot be read` }, { cause });
  });
  if (found.isFile()) return found.size;
  throw new HubError('SETTINGS_INVALID', { why: `${file} is no file` });
}

/** @param order the command `order`, under which these stand. */
export function attachmentCommands(order: Command, context: Context): void {
  order
    .command('attach')
    .description('attach a file to an order, a task of it or a step · 添加附件')
    .argument('<order>', 'number or id')
    .argument('<file>')
    .option('--name <name>', 'name to keep, else that of the file')
    .option('--task <task>', 'id from `task list`')
    .option('--step <step>', 'step of the fulfilment plan that the file proves')
    .option('--json', 'for machines')
    .action(async (id: string, file: string, options) => {
      const size = await sizeOf(file);
      const { data, status } = await hubApi(context.dataDir()).post<Attachment>(
        `/api/v1/orders/${encodeURIComponent(id)}/attachments`,
        createReadStream(file),
        {
          params: { name: options.name ?? basename(file), task: options.task, step: options.step },
          headers: { 'content-type': 'application/octet-stream', 'content-length': size },
          maxBodyLength: Number.POSITIVE_INFINITY,
          timeout: UPLOAD_MS,
        },
      );
      if (options.json) return printJson(data);
      print(`${data.attachmentId}  ${data.name}  ${data.size} B  ${data.sha256.slice(0, 12)}`);
      if (status === 200) note('this file was there already · 该附件已存在');
    });

  order
    .command('attachments')
    .description('files of an order, newest first · 附件列表')
    .argument('<order>', 'number or id')
    .option('--removed', 'also those that were removed')
    .option('--limit <n>', 'how many', '50')
    .option('--cursor <cursor>', 'page after this one')
    .option('--json', 'for machines')
    .action(async (id: string, options) => {
      const { removed, limit, cursor } = options;
      const { data } = await hubApi(context.dataDir()).get(`/api/v1/orders/${encodeURIComponent(id)}/attachments`, {
        params: { removed, limit, cursor },
      });
      if (options.json) return printJson(data);
      print(
        table<Attachment>(data.items, [
          { head: 'attachment', cell: (a) => a.attachmentId },
          { head: 'name', cell: (a) => a.name },
          { head: 'bytes', cell: (a) => String(a.size), right: true },
          { head: 'type', cell: (a) => a.type },
          { head: 'sha256', cell: (a) => a.sha256.slice(0, 12) },
          { head: 'on', cell: (a) => a.on.taskId ?? a.on.stepId ?? 'order' },
          { head: 'by', cell: (a) => a.by.name },
          { head: 'at', cell: (a) => a.at },
          { head: 'removed', cell: (a) => (a.removed === undefined ? '' : `${a.removed.by.name} ${a.removed.at}`) },
        ]),
      );
      if (data.next !== undefined) note(`more: --cursor ${data.next}`);
    });
}
