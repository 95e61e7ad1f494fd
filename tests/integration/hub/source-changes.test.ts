import { afterAll, beforeAll, expect, test } from 'vitest';
import { amendOrder, seedOrder } from '../../../connectors/salesforce/sandbox-orders.js';
import { type Rig, startRig, until } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

interface View {
  orderId: string;
  orderNumber: string;
  revision: number;
  gross: string;
  states: { commercial: string };
  openTasks: { taskId: string; kind: string; role: string }[];
  order: {
    lines: { lineId: string; quantity: string; quantities: { cancelled: string } }[];
    amendments: { state: string; changes: { do: string }[] }[];
  };
}
interface Books {
  salesOrders: { billNo: string; total: string }[];
}

const sell = (quantity: number, more: object = {}) =>
  seedOrder(rig.salesforce, {
    account: 'C001',
    opportunityName: 'Change',
    orderDate: '2026-11-18',
    lines: [{ sku: 'HW-GATEWAY', quantity, unitPrice: 12000, ...more }],
  });

/** The order of this Salesforce id once `look` likes it. */
const order = (salesforceId: string, look: (view: View) => boolean): Promise<View> =>
  until(async () => {
    const { data } = await rig.api.get('/api/v1/orders', { params: { search: salesforceId } });
    if (data.items.length === 0) return undefined;
    const { data: view } = await rig.api.get(`/api/v1/orders/${data.items[0].orderId}`);
    return look(view) ? (view as View) : undefined;
  });

async function approveAll(salesforceId: string): Promise<View> {
  return until(async () => {
    const view = await order(salesforceId, () => true);
    for (const { taskId, kind } of view.openTasks) {
      if (kind === 'approval') {
        await rig.api.post(`/api/v1/tasks/${encodeURIComponent(taskId)}/decision`, { decision: 'approve' });
      }
    }
    return view.states.commercial === 'accepted' ? view : undefined;
  });
}

test('a change during approval makes a revision, recalls what was asked, and asks anew', async () => {
  const { orderId: id, lineIds } = await sell(2);
  const first = await order(id, (v) => v.openTasks.length === 1);
  await amendOrder(rig.salesforce, id, [{ lineId: lineIds[0] ?? '', quantity: 20 }]);
  const second = await order(id, (v) => v.revision === 2 && v.openTasks.length === 1);
  expect(second.gross).toBe('271200.00');
  expect(second.order.lines[0]?.lineId).toBe(first.order.lines[0]?.lineId);
  expect(second.openTasks[0]?.taskId).not.toBe(first.openTasks[0]?.taskId);
  const stale = await rig.api.post(`/api/v1/tasks/${encodeURIComponent(first.openTasks[0]?.taskId ?? '')}/decision`, {
    decision: 'approve',
  });
  expect(stale.status).toBe(409);

  const accepted = await approveAll(id);
  const bill = await until(async () => {
    const { salesOrders } = await rig.sandbox.inspect<Books>('kingdee');
    return salesOrders.find(({ billNo }) => billNo === accepted.orderNumber);
  });
  expect(Number(bill.total)).toBe(271200);
});

test('after acceptance, more or less of a line becomes an amendment that takes effect', async () => {
  const { orderId: id, lineIds } = await sell(3);
  const accepted = await approveAll(id);
  const change = (quantity: number) => amendOrder(rig.salesforce, id, [{ lineId: lineIds[0] ?? '', quantity }]);
  const settled = (revision: number) =>
    order(id, (v) => v.revision === revision && v.order.amendments.every(({ state }) => state === 'effective'));
  await change(4);
  const more = await settled(2);
  expect(more.states.commercial).toBe('accepted');
  expect(more.order.lines.map(({ quantity }) => quantity)).toEqual(['3', '1']);
  expect(more.order.lines[0]?.lineId).toBe(accepted.order.lines[0]?.lineId);
  expect(more.gross).toBe('54240.00');

  await change(2);
  const less = await settled(3);
  expect(less.order.lines.map(({ quantities }) => quantities.cancelled)).toEqual(['1', '1']);
  expect(less.order.amendments.map(({ changes }) => changes.map((made) => made.do))).toEqual([
    ['add'],
    ['cancel', 'reduce'],
  ]);
});

test('any other change after acceptance is parked with its reason and touches nothing', async () => {
  const { orderId: id, lineIds } = await sell(3);
  const accepted = await approveAll(id);
  await amendOrder(rig.salesforce, id, [{ lineId: lineIds[0] ?? '', unitPrice: 11900 }]);
  const parked = await until(async () => {
    const { data } = await rig.api.get('/api/v1/messages', { params: { state: 'parked' } });
    return data.items.find((m: { orderId?: string }) => m.orderId === accepted.orderId);
  });
  expect(parked.problem.code).toBe('ORDER_CHANGE_AFTER_ACCEPTANCE');
  const now = await order(id, () => true);
  expect(now).toMatchObject({ revision: 1, gross: accepted.gross });
  expect(now.order.amendments).toEqual([]);
});

test('an order that was refused comes back corrected and goes its way', async () => {
  const { orderId: id, lineIds } = await sell(1, { unitPrice: 3600, listPrice: 12000, discountPercent: 70 });
  await order(id, (v) => v.states.commercial === 'rejected');
  await amendOrder(rig.salesforce, id, [{ lineId: lineIds[0] ?? '', unitPrice: 11400 }]);
  const corrected = await order(id, (v) => v.revision === 2);
  expect(corrected.states.commercial).not.toBe('rejected');
  expect((await approveAll(id)).gross).toBe('12882.00');
});
