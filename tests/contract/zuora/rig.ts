import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zuora } from '../../../connectors/zuora/index.js';
import {
  createZuoraSimulator,
  type ZuoraSimulatorOptions,
  zuoraSimulator,
} from '../../../connectors/zuora/simulator.js';
import type { Connector, EffectCall, PollTrigger, WebhookTrigger } from '../../../core/connector/contract.js';
import { ManualClock, MemoryJournal } from '../../support/simulator-rig.js';

export { MemoryJournal } from '../../support/simulator-rig.js';

export interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver of callouts that answers with the statuses it is given, the last one for ever. */
export async function startReceiver(...answers: (number | { status: number; headers: Record<string, string> })[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? 200;
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A simulator that listens on a free port, and connectors opened on it. */
export async function startRig(options: ZuoraSimulatorOptions = {}, journal = new MemoryJournal()) {
  const clock = new ManualClock();
  const server = createServer((request, response) => simulator.handler(request, response));
  const baseUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const simulator = createZuoraSimulator({ clock, journal, baseUrl }, { minuteMs: 0, ...options });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = zuoraSimulator.connection(baseUrl());
  const opened: Connector[] = [];
  const form = {
    grant_type: 'client_credentials',
    client_id: String(connection.settings['clientId']),
    client_secret: connection.secrets['clientSecret'] ?? '',
  };
  const signIn = async (): Promise<string> => {
    const answer = await fetch(`${baseUrl()}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const token = await signIn();
  return {
    clock,
    journal,
    simulator,
    connection,
    form,
    baseUrl: baseUrl(),
    signIn,
    /** Calls the REST API as another program does. */
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(baseUrl() + path, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          'Zuora-Version': '2025-08-12',
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as Record<string, never> };
    },
    async control(path: 'bill' | 'callout', body: unknown) {
      const answer = await fetch(`${baseUrl()}/control/${path}`, { method: 'POST', body: JSON.stringify(body) });
      const said = (await answer.json()) as Record<string, never>;
      if (answer.status !== 200) throw new Error(JSON.stringify(said));
      return said;
    },
    open(settings: Record<string, unknown> = {}, secrets: Record<string, string> = connection.secrets): Connector {
      const given = { settings: { ...connection.settings, ...settings }, secrets };
      const connector = zuora.open({ connection: 'billing', ...given, clock, nonce: () => 'n' });
      opened.push(connector);
      return connector;
    },
    async stop(): Promise<void> {
      for (const connector of opened) await connector.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const webhookOf = (connector: Connector): WebhookTrigger => {
  const found = connector.triggers.find((trigger) => trigger.kind === 'webhook');
  if (found?.kind !== 'webhook') throw new Error('there is no webhook trigger');
  return found;
};

export const pollOf = (connector: Connector): PollTrigger => {
  const found = connector.triggers.find((trigger) => trigger.kind === 'poll');
  if (found?.kind !== 'poll') throw new Error('there is no poll trigger');
  return found;
};

export const operationOf = (connector: Connector, name: string) => {
  const operation = connector.operations.find((each) => each.name === name);
  if (operation?.find === undefined) throw new Error(`there is no operation ${name}`);
  return { send: operation.send, find: operation.find, settlement: operation.settlement };
};

/** A call whose recorded parts are kept between attempts, as the ledger keeps them. */
export function effectOf(payload: Readonly<Record<string, unknown>>, key = 'billing|Subscription|S1|create|1') {
  const parts: Record<string, unknown> = {};
  const next = (firstSend: boolean): EffectCall => ({
    key,
    businessKey: 'S1',
    payload,
    parts: structuredClone(parts),
    firstSend,
    record: async (part, said) => {
      parts[part] = said;
    },
    signal: new AbortController().signal,
  });
  return { parts, first: () => next(true), again: () => next(false) };
}

const PRO = {
  productRatePlanId: '8ad09be48db5aba7018db604776d4854',
  productRatePlanChargeId: '8ad09be48db5aba7018db60477a84856',
};

export const account = (accountNumber = 'C001') => ({
  accountNumber,
  name: '杭州云帆智能制造有限公司',
  currency: 'CNY',
  billCycleDay: 1,
  billToContact: { firstName: '伟', lastName: '李', country: 'CN' },
  soldToSameAsBillTo: true,
});

const dates = (date: string) =>
  ['ContractEffective', 'ServiceActivation', 'CustomerAcceptance'].map((name) => ({ name, triggerDate: date }));

/** An order of 10 seats at 3,600 for a year. */
export const newSubscription = (number = 'SO-1-S1', more: Record<string, unknown> = {}) => ({
  orderDate: '2026-01-15',
  orderNumber: number,
  existingAccountNumber: 'C001',
  subscriptions: [
    {
      orderActions: [
        {
          type: 'CreateSubscription',
          triggerDates: dates('2026-02-01'),
          createSubscription: {
            subscriptionNumber: number,
            terms: {
              initialTerm: { termType: 'TERMED', period: 12, periodType: 'Month', startDate: '2026-02-01' },
              renewalSetting: 'RENEW_WITH_SPECIFIC_TERM',
              renewalTerms: [{ period: 12, periodType: 'Month' }],
              autoRenew: false,
            },
            subscribeToRatePlans: [
              {
                productRatePlanId: PRO.productRatePlanId,
                chargeOverrides: [
                  {
                    productRatePlanChargeId: PRO.productRatePlanChargeId,
                    chargeNumber: `${number}-L1`,
                    pricing: { recurringPerUnit: { quantity: 10, listPrice: 3600 } },
                    billing: { billingPeriod: 'Subscription_Term' },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  ],
  ...more,
});

export const changeOrder = (orderNumber: string, subscriptionNumber: string, date: string, ...actions: object[]) => ({
  orderDate: date,
  orderNumber,
  existingAccountNumber: 'C001',
  subscriptions: [
    { subscriptionNumber, orderActions: actions.map((action) => ({ triggerDates: dates(date), ...action })) },
  ],
});
