import type { Label } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { ZuoraClient } from './client.js';

interface Check {
  check: Label;
  ok: boolean;
  said: string;
}

type Step = readonly [check: Label, run: (client: ZuoraClient, signal: AbortSignal) => Promise<string>];

const listStep = (en: string, zh: string, path: string): Step => [
  { en, zh },
  async (client, signal) => {
    const found = await client.read(path, path.split('?')[0] ?? path, signal);
    if (found === undefined)
      throw new HubError('CONNECTOR_NO_PERMISSION', { system: 'Zuora', what: path, why: 'it is not enabled' });
    return 'allowed';
  },
];

const STEPS: readonly Step[] = [
  [
    { en: 'Sign in', zh: '登录' },
    async (client) => {
      await client.signIn();
      return 'a token was given';
    },
  ],
  listStep('Read orders', '读取订单', '/v1/orders?pageSize=1'),
  listStep('Read invoices by object query', '通过对象查询读取发票', '/object-query/invoices?pageSize=1'),
];

/** Signs in, reads orders and invoices; stops at the first fault, writes nothing. */
export async function probe(client: ZuoraClient, signal: AbortSignal): Promise<readonly Check[]> {
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
