import { expect } from 'vitest';
import type { PresentedOrder } from '../../core/order/present.js';
import { addQuantity, compareQuantity, orderedQuantity } from '../../core/order/quantity.js';
import type { OrderInput, OrderLineInput } from '../../core/order/schema.js';
import { type Rig, randomKey, until } from './hub-rig.js';

export interface Effect {
  readonly key: string;
  readonly businessKey: string;
  readonly objectType: string;
  readonly state: string;
  readonly attempts: readonly { readonly outcome?: string }[];
}
export interface Task {
  readonly taskId: string;
  readonly kind: string;
  readonly role: string;
  readonly stepId?: string;
  readonly title: { readonly en: string };
}
export interface Contract {
  readonly transactionPrice: string;
  readonly recognised: string;
  readonly billed: string;
  readonly contractLiability: string;
  readonly nextDue?: string;
  readonly modifications: readonly { readonly paragraph: string; readonly change: string }[];
}
export interface Journal {
  readonly key: string;
  readonly date: string;
  readonly period: string;
  /** Of the fact itself, which may lie in a closed month. */
  readonly factDate: string;
  readonly cause: { readonly kind: string };
  readonly lines: readonly { readonly account: string; readonly side: string; readonly amount: string }[];
  readonly voucher?: { readonly state: string };
}
export interface View {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly revision: number;
  readonly order: PresentedOrder;
  readonly states: PresentedOrder['states'];
  readonly openTasks: readonly Task[];
  readonly contract?: Contract;
}
export interface Message {
  readonly messageId: string;
  readonly kind: string;
  readonly state: string;
  readonly duplicates: number;
  readonly problem?: { readonly code: string; readonly facts: { readonly path?: string } };
}

/** Ordered = open + frozen + in fulfilment + delivered + cancelled, and no more came back than was delivered. */
function addsUp({ lines }: PresentedOrder): void {
  for (const { lineNo, quantity, quantities } of lines) {
    expect([lineNo, orderedQuantity(quantities)]).toEqual([lineNo, quantity]);
    expect(compareQuantity(quantities.returned, quantities.delivered)).toBeLessThanOrEqual(0);
  }
}

export const GATEWAYS = { product: 'HW-GATEWAY', unitPrice: '100.00', taxRate: '0.13' };
export const SEATS = { product: 'SAAS-PRO', unitPrice: '365.00', taxRate: '0.06' };
type Line = Partial<OrderLineInput> & { readonly product: string; readonly quantity: string };

export const orderOf = (lines: readonly Line[], orderDate = '2026-11-18'): OrderInput => ({
  schema: 'order/v1',
  orderDate,
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' },
  shipTo: {
    country: 'CN',
    region: '浙江省',
    city: '杭州市',
    street: '滨江区江南大道 588 号',
    contact: '陈工',
    phone: '13800000000',
  },
  lines: lines.map((line, at) => ({ ref: `L${at + 1}`, unitPrice: '100.00', taxRate: '0.13', ...line })),
});

/** Sooner than the sweeper would look after an early message by itself: what is planned lets it through. */
export const BEFORE_THE_SWEEPER_MS = 20_000;

export type Desk = ReturnType<typeof orderDesk>;

/** What people and systems do around the orders of a rig. Each look at an order checks that its units add up. */
export function orderDesk(rig: Rig) {
  async function view(id: string): Promise<View> {
    const { data } = await rig.api.get<View>(`/api/v1/orders/${id}`);
    addsUp(data.order);
    return data;
  }

  const untilView = (id: string, is: (view: View) => boolean, withinMs?: number): Promise<View> =>
    until(async () => {
      const now = await view(id);
      return is(now) ? now : undefined;
    }, withinMs);

  /** The order in its first state; it may still have to be approved. */
  async function enter(lines: readonly Line[], orderDate?: string): Promise<PresentedOrder> {
    const headers = { 'idempotency-key': randomKey() };
    const { status, data } = await rig.api.post<PresentedOrder>('/api/v1/orders', orderOf(lines, orderDate), {
      headers,
    });
    expect([status, data]).toEqual([201, expect.anything()]);
    return data;
  }

  const decide = (taskId: string, decision: string) =>
    rig.api.post(`/api/v1/tasks/${encodeURIComponent(taskId)}/decision`, { decision });

  const approve = (id: string): Promise<View> =>
    until(async () => {
      const now = await view(id);
      for (const { taskId, kind } of now.openTasks) if (kind === 'approval') await decide(taskId, 'approve');
      expect(now.states.commercial).not.toBe('rejected');
      return now.states.commercial === 'accepted' ? now : undefined;
    });

  const sell = async (lines: readonly Line[], orderDate?: string): Promise<View> =>
    approve((await enter(lines, orderDate)).orderId);

  const effects = async (id: string): Promise<Effect[]> =>
    (await rig.api.get('/api/v1/effects', { params: { order: id, limit: 200 } })).data.items;

  /** The effect on that thing outside, once it is confirmed. */
  const confirmed = (id: string, objectType: string, businessKey: string): Promise<Effect> =>
    until(async () =>
      (await effects(id)).find(
        (effect) =>
          effect.objectType === objectType && effect.businessKey === businessKey && effect.state === 'confirmed',
      ),
    );

  /** The newest shipment, once the warehouse has it. */
  async function atWarehouse(id: string, count = 1): Promise<string> {
    const { order } = await untilView(id, (now) => now.order.shipments.length >= count);
    const number = order.shipments[count - 1]?.number ?? '';
    await confirmed(id, 'deliveryorder', number);
    return number;
  }

  /** Pulls a lever of a sandbox system. */
  async function pull<T>(system: string, lever: string, body: object): Promise<T> {
    const answer = await fetch(`${rig.endpoints.systems[system]?.baseUrl}/control/${lever}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = (await answer.json()) as T;
    expect([answer.status, said]).toEqual([200, expect.anything()]);
    return said;
  }

  const callbackUrl = `${rig.running.url}/api/v1/inbound/wms`;

  /** The warehouse ships units of line 1 and tells the hub. */
  const ship = (deliveryOrderCode: string, quantity: number, final: boolean, more: object = {}) =>
    pull<{ outBizCode: string; delivered: boolean }>('wms', 'ship', {
      ...{ deliveryOrderCode, lines: [{ lineNo: 1, quantity }], final, callbackUrl, wait: true, ...more },
    });

  const receive = (returnOrderCode: string, quantity: number) =>
    pull('wms', 'receive-return', {
      ...{ returnOrderCode, lines: [{ lineNo: 1, quantity }], final: true, callbackUrl, wait: true },
    });

  const report = (id: string, what: string, body: object, key = randomKey()) =>
    rig.api.post(`/api/v1/orders/${id}/${what}`, body, { headers: { 'idempotency-key': key } });

  const amend = (id: string, changes: readonly object[], effectiveDate = '2026-11-18', key = randomKey()) =>
    report(id, 'amendments', { effectiveDate, reason: 'the customer asks', changes }, key);

  const journals = async (id: string): Promise<Journal[]> =>
    (await rig.api.get(`/api/v1/orders/${id}/journals`)).data.items;

  /** The journals of an order, oldest first, once there are that many and each has its voucher. */
  const booked = (id: string, count: number): Promise<Journal[]> =>
    until(async () => {
      const items = await journals(id);
      const done = items.length >= count && items.every(({ voucher }) => voucher?.state === 'confirmed');
      return done ? items : undefined;
    });

  /** What came of a message of an outside system, by the key that tells its repeats. */
  const message = (connection: string, dedupeKey: string) =>
    rig.running.hub.models.messages.findOne({ connection, dedupeKey }, { body: 0 }).lean();

  const parked = (connection: string, dedupeKey: string) =>
    until(async () => {
      const found = await message(connection, dedupeKey);
      return found?.state === 'parked' ? found.problem : undefined;
    });

  const shipped = ({ order }: View): string =>
    order.shipments.flatMap(({ lines }) => lines.map((line) => line.shipped)).reduce(addQuantity, '0');

  return {
    ...{ view, untilView, enter, approve, sell, decide, effects, confirmed, atWarehouse, pull, ship, receive },
    ...{ report, amend, journals, booked, message, parked, shipped, callbackUrl },
  };
}
