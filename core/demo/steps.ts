import { addQuantity, compareQuantity } from '../order/quantity.js';
import type { DemoChange, DemoStep } from './orders.js';
import { confirmed, pull, type Stage, untilOrder, viewOf } from './stage.js';
import type { OrderView } from './views.js';

type Of<D extends DemoStep['do']> = Extract<DemoStep, { do: D }>;
type Perform<D extends DemoStep['do']> = (stage: Stage, orderId: string, step: Of<D>, key: string) => Promise<unknown>;

const total = (quantities: readonly string[]): string => quantities.reduce(addQuantity, '0');
const shipped = ({ order }: OrderView): string =>
  total(order.shipments.flatMap(({ lines }) => lines.map((line) => line.shipped)));
const isOpen = ({ state }: { state: string }): boolean => ['planned', 'accepted', 'part-shipped'].includes(state);

function lineAt({ order }: OrderView, at: number): OrderView['order']['lines'][number] {
  const line = order.lines[at];
  if (line === undefined) throw new Error(`the order has no line ${at + 1}`);
  return line;
}

const inboundUrl = async ({ client }: Stage, connection: string): Promise<string> =>
  `${await client.url()}/api/v1/inbound/${connection}`;

function changeOf(order: OrderView, change: DemoChange, key: string): Record<string, unknown> {
  switch (change.do) {
    case 'reduce':
      return { do: 'reduce', lineId: lineAt(order, change.line).lineId, quantity: String(change.quantity) };
    case 'renew':
      return {
        do: 'renew',
        lineId: lineAt(order, change.line).lineId,
        termEnd: change.termEnd,
        unitPrice: change.unitPrice,
      };
    case 'add': {
      const { lineId, product, taxRate } = lineAt(order, change.of);
      const line = {
        ref: `${key}-seats`,
        product,
        quantity: String(change.quantity),
        unitPrice: change.unitPrice,
        taxRate,
      };
      return { do: 'add', of: lineId, line };
    }
  }
}

/** How each step is done and what shows that it is. */
export const STEPS: { readonly [D in DemoStep['do']]: Perform<D> } = {
  deliver: async ({ client }, id, { date, lines }, key) => {
    const order = await viewOf(client, id);
    const units = lines.map(({ line, quantity }) => ({
      lineId: lineAt(order, line).lineId,
      quantity: String(quantity),
    }));
    await client.post(`/api/v1/orders/${id}/deliveries`, { deliveryId: key, date, lines: units });
    return untilOrder(client, id, `delivery ${key}`, (now) =>
      lines.every(
        ({ line, quantity }) => compareQuantity(lineAt(now, line).quantities.delivered, String(quantity)) >= 0,
      ),
    );
  },
  complete: async ({ client }, id, { line, action, date, quantity }, key) => {
    const stepId = `${line + 1}-${action}`;
    await untilOrder(client, id, `step ${stepId}`, ({ order }) =>
      order.plan.some((step) => step.stepId === stepId && step.state === 'ready'),
    );
    const body = { evidenceId: key, stepId, date, ...(quantity === undefined ? {} : { quantity: String(quantity) }) };
    await client.post(`/api/v1/orders/${id}/steps`, body);
    return untilOrder(client, id, `evidence ${key}`, ({ order }) =>
      order.plan.some((step) => step.stepId === stepId && step.evidence.some((evidence) => evidence.id === key)),
    );
  },
  ship: async (stage, id, { lines, final, tracking, repeat = 0 }) => {
    const { client, sandbox } = stage;
    const before = await untilOrder(client, id, 'a shipment', ({ order }) => order.shipments.some(isOpen));
    const shipment = before.order.shipments.find(isOpen);
    if (shipment === undefined) throw new Error('the order has no open shipment');
    await confirmed(client, id, `deliveryorder/${shipment.number}`, 1);
    await pull(sandbox, 'wms', 'ship', {
      deliveryOrderCode: shipment.number,
      lines: lines.map(({ line, quantity }) => ({ lineNo: lineAt(before, line).lineNo, quantity })),
      final,
      tracking,
      repeat,
      wait: true,
      callbackUrl: await inboundUrl(stage, 'wms'),
    });
    const sum = total([shipped(before), ...lines.map(({ quantity }) => String(quantity))]);
    return untilOrder(client, id, `${tracking} shipped`, (now) => shipped(now) === sum);
  },
  return: async ({ client }, id, { lines, reason }, key) => {
    const order = await viewOf(client, id);
    const units = lines.map(({ line, quantity }) => ({
      lineId: lineAt(order, line).lineId,
      quantity: String(quantity),
    }));
    const config = { headers: { 'idempotency-key': key } };
    await client.post(`/api/v1/orders/${id}/returns`, { lines: units, reason }, config);
    return untilOrder(
      client,
      id,
      'an announced return',
      (now) => now.order.returns.length > order.order.returns.length,
    );
  },
  receive: async (stage, id, { lines }) => {
    const { client, sandbox } = stage;
    const isAnnounced = ({ state }: { state: string }): boolean => state === 'announced';
    const order = await untilOrder(client, id, 'an announced return', (now) => now.order.returns.some(isAnnounced));
    const { number = '' } = order.order.returns.find(isAnnounced) ?? {};
    await confirmed(client, id, `returnorder/${number}`, 1);
    await pull(sandbox, 'wms', 'receive-return', {
      returnOrderCode: number,
      lines: lines.map(({ line, quantity }) => ({ lineNo: lineAt(order, line).lineNo, quantity })),
      final: true,
      wait: true,
      callbackUrl: await inboundUrl(stage, 'wms'),
    });
    return untilOrder(client, id, `${number} received`, (now) =>
      now.order.returns.some((back) => back.number === number && back.state === 'received'),
    );
  },
  bill: async (stage, id, { through }) => {
    const { client, sandbox } = stage;
    const isRunning = ({ order: { plan } }: OrderView): boolean =>
      plan.filter(({ action }) => action === 'tenant').every(({ state }) => state === 'done');
    const order = await untilOrder(client, id, 'an active subscription', isRunning);
    const before = (await client.get<{ items: unknown[] }>(`/api/v1/orders/${id}/journals`)).items.length;
    await pull(sandbox, 'zuora', 'bill', {
      subscriptionNumber: order.order.subscriptions[0]?.number,
      targetDate: through,
      callbackUrl: `${await inboundUrl(stage, 'zuora')}/callout`,
    });
    return client.until('the invoice in the books', async () => {
      const { items } = await client.get<{ items: unknown[] }>(`/api/v1/orders/${id}/journals`);
      return items.length > before ? true : undefined;
    });
  },
  amend: async ({ client }, id, { effectiveDate, changes, ends }, key) => {
    // what is to be stopped must be on its way first, else nobody has to be asked
    const order = await untilOrder(client, id, 'units with another system', ({ order: { shipments, subscriptions } }) =>
      [...shipments, ...subscriptions].some(({ state }) => state !== 'cancelled'),
    );
    for (const { number } of order.order.shipments.filter(isOpen))
      await confirmed(client, id, `deliveryorder/${number}`, 1);
    const body = { effectiveDate, reason: key, changes: changes.map((change) => changeOf(order, change, key)) };
    const count = order.order.amendments.length;
    await client.post(`/api/v1/orders/${id}/amendments`, body, { headers: { 'idempotency-key': key } });
    return untilOrder(client, id, `amendment ${ends}`, (now) => now.order.amendments[count]?.state === ends);
  },
};
