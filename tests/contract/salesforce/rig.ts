import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { salesforce } from '../../../connectors/salesforce/index.js';
import {
  createSalesforceSimulator,
  type SalesforceSimulatorOptions,
  salesforceSimulator,
} from '../../../connectors/salesforce/simulator.js';
import type {
  Connector,
  EffectCall,
  InboundMessage,
  PollTrigger,
  WebhookTrigger,
} from '../../../core/connector/contract.js';
import { ManualClock, MemoryJournal } from '../../support/simulator-rig.js';

export { MemoryJournal } from '../../support/simulator-rig.js';

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A simulator that listens on a free port, and connectors opened on it. */
export async function startRig(options: SalesforceSimulatorOptions = {}, journal = new MemoryJournal()) {
  const clock = new ManualClock();
  const server = createServer((request, response) => simulator.handler(request, response));
  const baseUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const simulator = createSalesforceSimulator({ clock, journal, baseUrl }, options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = salesforceSimulator.connection(baseUrl());
  const opened: Connector[] = [];
  const openWith = (settings: Record<string, unknown>, secrets: Record<string, string>): Connector => {
    const connector = salesforce.open({ connection: 'crm', settings, secrets, clock, nonce: () => 'n' });
    opened.push(connector);
    return connector;
  };
  return {
    clock,
    journal,
    simulator,
    connection,
    baseUrl: baseUrl(),
    open: (settings: Record<string, unknown> = {}): Connector =>
      openWith({ ...connection.settings, ...settings }, connection.secrets),
    openWith,
    async stop(): Promise<void> {
      for (const connector of opened) await connector.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const pollOf = (connector: Connector): PollTrigger => {
  const found = connector.triggers.find((trigger) => trigger.kind === 'poll');
  if (found?.kind !== 'poll') throw new Error('there is no poll trigger');
  return found;
};

export const webhookOf = (connector: Connector): WebhookTrigger => {
  const found = connector.triggers.find((trigger) => trigger.kind === 'webhook');
  if (found?.kind !== 'webhook') throw new Error('there is no webhook trigger');
  return found;
};

/** All messages of one poll and the watermark after its last page. */
export async function pollOnce(connector: Connector, watermark?: string) {
  const messages: InboundMessage[] = [];
  let mark = watermark;
  let pages = 0;
  for await (const page of pollOf(connector).poll(watermark, new AbortController().signal)) {
    messages.push(...page.messages);
    mark = page.watermark;
    pages++;
  }
  return { messages, mark, pages };
}

export const effectCall = (payload: Readonly<Record<string, unknown>>): EffectCall => ({
  key: 'k1',
  businessKey: 'SO-1',
  payload,
  parts: {},
  firstSend: false,
  record: async () => undefined,
  signal: new AbortController().signal,
});

/** Calls the REST API as a person does; resolves with status and body. */
export async function restUser(rig: {
  baseUrl: string;
  connection: { secrets: Record<string, string>; settings: Record<string, unknown> };
}) {
  const form = {
    grant_type: 'client_credentials',
    client_id: String(rig.connection.settings['clientId']),
    client_secret: rig.connection.secrets['clientSecret'] ?? '',
  };
  const login = await fetch(`${rig.baseUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${rig.baseUrl}${path.startsWith('/services') ? path : `/services/data/v62.0${path}`}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
}
