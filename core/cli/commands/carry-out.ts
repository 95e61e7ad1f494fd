import type { Command } from 'commander';
import { ulid } from 'ulid';
import { HubError } from '../../errors/hub-error.js';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { note, print, printJson } from '../output.js';
import { readJsonObject } from '../read-json.js';

interface Taken {
  readonly id: string;
  readonly duplicate: boolean;
}
interface Sent {
  readonly order: string;
  readonly what: 'amendments' | 'returns' | 'return-receipts' | 'steps';
  readonly body: Record<string, unknown>;
  /** Of the calls that are told apart by a key. */
  readonly key?: string;
}

const AMENDING = `
The file holds one JSON object · 文件为一个 JSON 对象:
  {
    "effectiveDate": "2026-12-01",
    "reason": "customer needs fewer",
    "changes": [
      {"do": "reduce", "lineId": "…", "quantity": "2"},
      {"do": "cancel", "lineId": "…"},
      {"do": "renew",  "lineId": "…", "termEnd": "2028-11-30"},
      {"do": "add",    "of": "…", "line": {"ref": "more", "product": "SAAS-PRO",
                       "quantity": "5", "unitPrice": "3600", "taxRate": "0.06"}}
    ]
  }
One change is enough. Line ids: orderhub order show ORDER --json, at order.lines[].lineId.
"of" puts more seats beside a running line, until that line's end.`;

/** @param order the command `order`, under which these stand. */
export function carryOutCommands(order: Command, context: Context): void {
  const path = (id: string, what = ''): string => `/api/v1/orders/${encodeURIComponent(id)}${what}`;

  /** Sends a report and tells what was taken; problems are thrown. */
  async function send({ order: id, what, body, key }: Sent, json: boolean | undefined): Promise<void> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const { data } = await hubApi(context.dataDir()).post<Taken>(path(id, `/${what}`), body, { headers });
    if (json === true) return printJson(data);
    print(`${id}: taken 已受理  ${data.id}`);
    note(
      data.duplicate
        ? 'it was taken before; nothing changes · 此前已受理，不再变更'
        : `orderhub order show ${id}  tells what comes of it · 查看结果`,
    );
  }

  /** @throws HubError RESOURCE_NOT_FOUND */
  async function lineId(id: string, lineNo: string): Promise<string> {
    const { data } = await hubApi(context.dataDir()).get(path(id));
    const lines: readonly { lineId: string; lineNo: number }[] = data.order.lines;
    const line = lines.find((candidate) => String(candidate.lineNo) === lineNo);
    if (line !== undefined) return line.lineId;
    throw new HubError('RESOURCE_NOT_FOUND', { what: `line of order ${id}`, whatZh: `订单 ${id} 的行`, id: lineNo });
  }

  order
    .command('amend')
    .description('propose an amendment of an accepted order · 提出订单变更')
    .argument('<order>', 'number or id')
    .argument('<file>', 'JSON file with the changes, - for standard input')
    .option('--key <key>', 'the same key again changes nothing; a new one when absent')
    .option('--json', 'for machines')
    .addHelpText('after', AMENDING)
    .action((id: string, file: string, { key = ulid(), json }: { key?: string; json?: boolean }) =>
      send({ order: id, what: 'amendments', body: readJsonObject(file), key }, json),
    );

  order
    .command('return')
    .description('announce that delivered units come back · 登记退货申请')
    .argument('<order>', 'number or id')
    .requiredOption('--line <n>', 'number of the line, as `order show` has it')
    .requiredOption('--quantity <quantity>', 'how many come back')
    .requiredOption('--reason <text>', 'why')
    .option('--shipment <number>', 'the shipment that brought them')
    .option('--key <key>', 'the same key again changes nothing; a new one when absent')
    .option('--json', 'for machines')
    .action(async (id: string, { line, quantity, reason, shipment, key = ulid(), json }) => {
      const lines = [{ lineId: await lineId(id, line), quantity }];
      const body = { lines, reason, ...(shipment === undefined ? {} : { shipment }) };
      await send({ order: id, what: 'returns', body, key }, json);
    });

  order
    .command('receive')
    .description('report that a return is back, when no warehouse does · 登记退货收货')
    .argument('<order>', 'number or id')
    .argument('<return>', 'its number, e.g. SO-2026-000001-R1')
    .requiredOption('--date <date>', 'day it came back, e.g. 2026-11-18')
    .option('--receipt <id>', 'the same id again changes nothing; a new one when absent')
    .option('--json', 'for machines')
    .action((id: string, number: string, { date, receipt = ulid(), json }) =>
      send({ order: id, what: 'return-receipts', body: { return: number, date, receiptId: receipt } }, json),
    );

  order
    .command('complete')
    .description('report that a step of the plan was carried out · 登记履约步骤完成')
    .argument('<order>', 'number or id')
    .argument('<step>', 'e.g. 1-install; `order show` lists them')
    .requiredOption('--date <date>', 'day it was done, e.g. 2026-11-18')
    .option('--quantity <quantity>', 'part of it, a milestone; all that is left when absent')
    .option('--evidence <id>', 'what proves it; the same id again changes nothing; a new one when absent')
    .option('--attachment <id...>', 'attached files that prove it')
    .option('--json', 'for machines')
    .action((id: string, stepId: string, { date, quantity, evidence = ulid(), attachment: attachments, json }) => {
      const some = Object.entries({ quantity, attachments }).filter(([, value]) => value !== undefined);
      return send(
        { order: id, what: 'steps', body: { evidenceId: evidence, stepId, date, ...Object.fromEntries(some) } },
        json,
      );
    });
}
