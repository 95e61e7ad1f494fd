import type { Label } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { SalesforceClient } from './client.js';
import { oneOrder } from './order-query.js';

interface Check {
  check: Label;
  ok: boolean;
  said: string;
}

type Step = readonly [check: Label, run: (client: SalesforceClient, signal: AbortSignal) => Promise<string>];

const STEPS: readonly Step[] = [
  [
    { en: 'Sign in', zh: '登录' },
    async (client) => {
      const { organizationId, instanceUrl } = await client.token();
      return `${organizationId} ${instanceUrl}`;
    },
  ],
  [
    { en: 'API calls left today', zh: '当日剩余 API 调用' },
    async (client, signal) => {
      const limits = (await client.read('/limits', 'limits', signal)) as
        | { DailyApiRequests?: { Max?: unknown; Remaining?: unknown } }
        | undefined;
      const daily = limits?.DailyApiRequests;
      return `${String(daily?.Remaining ?? '?')} / ${String(daily?.Max ?? '?')}`;
    },
  ],
  [
    { en: 'Read an order with every field the hub uses', zh: '读取一张订单的全部所需字段' },
    async (client, signal) => {
      const [order] = (await client.query(oneOrder(), 'query', signal)).records;
      return order === undefined ? 'there is no order yet' : String(order['OrderNumber']);
    },
  ],
  [
    { en: 'See the hub fields of Opportunity', zh: '检查商机上的回写字段' },
    async (client, signal) => {
      const soql = 'SELECT Id, Hub_Order_Number__c, Hub_Status__c FROM Opportunity LIMIT 1';
      await client.query(soql, 'query', signal);
      return 'Hub_Order_Number__c, Hub_Status__c';
    },
  ],
];

/** Signs in, reads the limits, one order and the fields to be written back; stops at the first fault, writes nothing. */
export async function probe(client: SalesforceClient, signal: AbortSignal): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [check, run] of STEPS) {
    try {
      checks.push({ check, ok: true, said: await run(client, signal) });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return [...checks, { check, ok: false, said: error.message }];
    }
  }
  return checks;
}
