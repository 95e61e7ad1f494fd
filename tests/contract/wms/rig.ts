import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wms } from '../../../connectors/wms/index.js';
import { createWmsSimulator, type WmsSimulatorOptions, wmsSimulator } from '../../../connectors/wms/simulator.js';
import type { Connector, EffectCall, Operation, RawAnswer, WebhookTrigger } from '../../../core/connector/contract.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { ManualClock, MemoryJournal } from '../../support/simulator-rig.js';

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const close = (server: Server): Promise<unknown> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The hub's entrance as far as one trigger goes: reads, keeps the first of each dedupe key, answers as the trigger says. */
async function entrance(trigger: WebhookTrigger) {
  const kept = new Map<string, { kind: string; mapping: string | undefined; body: unknown; ref: unknown }>();
  const calls: string[] = [];
  let failures = 0;
  const take = (query: string, headers: IncomingMessage['headers'], body: Buffer): RawAnswer => {
    try {
      if (failures > 0) {
        failures -= 1;
        throw new HubError('STORE_UNREACHABLE', { why: 'a test' });
      }
      const read = trigger.read({ query, headers: headers as Record<string, string>, body });
      for (const message of Array.isArray(read) ? read : [read]) {
        const { dedupeKey, ref } = message.correlation;
        const { kind, mapping } = message;
        if (!kept.has(dedupeKey)) kept.set(dedupeKey, { kind, mapping, body: message.body, ref });
      }
      return trigger.answer?.([]) ?? { status: 500, headers: {}, body: '' };
    } catch (error) {
      if (!(error instanceof HubError) || trigger.refuse === undefined) throw error;
      return trigger.refuse(error);
    }
  };
  const server = createServer(async (request, response) => {
    const query = (request.url ?? '').split('?')[1] ?? '';
    calls.push(query);
    const { status, headers, body } = take(query, request.headers, await bodyOf(request));
    response.writeHead(status, headers);
    response.end(body);
  });
  return {
    url: `${await listen(server)}/api/v1/inbound/wms/report`,
    kept,
    calls,
    failNext: (times: number) => {
      failures = times;
    },
    stop: () => close(server),
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** Gateway and warehouse on a free port, a connector on them, and an entrance that the warehouse can call. */
export async function startRig(
  options: WmsSimulatorOptions = {},
  settings: Record<string, unknown> = {},
  journal = new MemoryJournal(),
) {
  const clock = new ManualClock(Date.UTC(2026, 0, 15, 2, 30)); // 10:30 in Beijing
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const server = createServer((request, response) => simulator.handler(request, response));
  let baseUrl = '';
  const simulator = createWmsSimulator({ clock, journal, baseUrl: () => baseUrl }, { pause, ...options });
  baseUrl = await listen(server);
  const connection = wmsSimulator.connection(baseUrl);
  const open = (more: Record<string, unknown> = {}, secrets: Record<string, string> = {}): Connector =>
    wms.open({
      connection: 'wms',
      settings: { ...connection.settings, ...settings, ...more },
      secrets: { ...connection.secrets, ...secrets },
      clock,
      nonce: () => 'n',
    });
  const connector = open();
  const hub = await entrance(triggerOf(connector));
  const opened = [connector];
  return {
    clock,
    journal,
    simulator,
    connection,
    baseUrl,
    connector,
    hub,
    pauses,
    open: (more?: Record<string, unknown>, secrets?: Record<string, string>): Connector => {
      const made = open(more, secrets);
      opened.push(made);
      return made;
    },
    control: async (what: string, body: object) => {
      const answer = await fetch(`${baseUrl}/control/${what}`, {
        method: 'POST',
        body: JSON.stringify({ callbackUrl: hub.url, wait: true, ...body }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    stop: async (): Promise<void> => {
      for (const one of opened) await one.close();
      await Promise.all([hub.stop(), close(server)]);
    },
  };
}

export const triggerOf = (connector: Connector): WebhookTrigger => {
  const [trigger] = connector.triggers;
  if (trigger?.kind !== 'webhook') throw new Error('there is no webhook');
  return trigger;
};

export const operationOf = (
  connector: Connector,
  name: string,
): Operation & { find: NonNullable<Operation['find']> } => {
  const operation = connector.operations.find((candidate) => candidate.name === name);
  if (operation?.find === undefined) throw new Error(`there is no ${name}`);
  return { ...operation, find: operation.find };
};

export const effectCall = (businessKey: string, payload: object): EffectCall => ({
  key: `wms/${businessKey}`,
  businessKey,
  payload: payload as Record<string, unknown>,
  parts: {},
  firstSend: true,
  record: async () => undefined,
  signal: new AbortController().signal,
});

const person = { name: '张三', mobile: '13900000000', province: '上海市', city: '上海市', detailAddress: 'y 路 2 号' };

/** What the mapping makes of an order for this one item. */
export const deliveryPayload = (code: string, planQty = '10', itemCode = 'SKU1') => ({
  deliveryOrder: {
    deliveryOrderCode: code,
    orderType: 'JYCK',
    warehouseCode: 'WH1',
    sourcePlatformCode: 'OTHER',
    createTime: '2026-01-15 10:00:00',
    placeOrderTime: '2026-01-15 09:58:00',
    operateTime: '2026-01-15 10:01:00',
    shopNick: 'hub',
    logisticsCode: 'SF',
    senderInfo: { ...person, name: '仓' },
    receiverInfo: person,
  },
  orderLines: { orderLine: [{ orderLineNo: '1', ownerCode: 'OWN1', itemCode, planQty, actualPrice: '99.50' }] },
});

export const returnPayload = (code: string, shipment: string, planQty = '2') => ({
  returnOrder: {
    returnOrderCode: code,
    warehouseCode: 'WH1',
    orderType: 'THRK',
    preDeliveryOrderCode: shipment,
    logisticsCode: 'OTHER',
    senderInfo: person,
  },
  orderLines: { orderLine: [{ orderLineNo: '1', ownerCode: 'OWN1', itemCode: 'SKU1', planQty }] },
});
