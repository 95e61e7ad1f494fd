import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CallbackKeys,
  type QimenCall,
  type ShipmentNews,
  shipmentCallback,
} from '../../../connectors/wms/sandbox-callback.js';
import { type Rig, startRig, until } from '../../support/hub-rig.js';
import { BEFORE_THE_SWEEPER_MS, type Desk, GATEWAYS, orderDesk } from '../../support/order-desk.js';

let rig: Rig;
let desk: Desk;
beforeAll(async () => {
  rig = await startRig();
  desk = orderDesk(rig);
});
afterAll(async () => rig.stop());

const KEYS: CallbackKeys = { appKey: '12345678', appSecret: 'demosecret', customerId: 'c1234567890' };
interface Warehouse {
  shipments: { deliveryOrderCode: string; state: string; lines: { planQty: number }[] }[];
}
const warehouse = () => rig.sandbox.inspect<Warehouse>('wms');
const ordersOf = async (code: string) =>
  (await warehouse()).shipments.filter(({ deliveryOrderCode }) => deliveryOrderCode === code);

const gateways = (deliveryOrderCode: string, outBizCode: string, quantity: number, final = false): ShipmentNews => ({
  ...{ deliveryOrderCode, outBizCode, final },
  lines: [{ lineNo: 1, itemCode: 'HW-GATEWAY', quantity }],
});
const call = (news: ShipmentNews, keys = KEYS, at = new Date()): QimenCall => shipmentCallback(keys, news, at);
const post = async ({ query, headers, body }: QimenCall): Promise<string> =>
  String((await rig.api.post(`/api/v1/inbound/wms?${query}`, body, { headers })).data);
const confirm = ({ deliveryOrderCode, outBizCode }: ShipmentNews): string =>
  `deliveryorder.confirm/${deliveryOrderCode}/${outBizCode}`;

test('two batches add up, each with its parcel; the first, told three times, counts once', async () => {
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '10' }]);
  const number = await desk.atWarehouse(orderId);
  const planned = await desk.view(orderId);
  expect(planned.order.lines[0]?.quantities).toMatchObject({ inFulfilment: '10', delivered: '0' });

  const { outBizCode } = await desk.ship(number, 6, false, { tracking: 'SF1', repeat: 2 });
  const part = await desk.untilView(orderId, (now) => desk.shipped(now) !== '0');
  expect(part.order.lines[0]?.quantities).toMatchObject({ inFulfilment: '4', delivered: '6' });
  expect(part.states.fulfilment).toBe('part-delivered');
  await until(async () => {
    const found = await desk.message('wms', `deliveryorder.confirm/${number}/${outBizCode}`);
    return found?.duplicates === 2 && found.state === 'mapped';
  });

  await desk.ship(number, 4, true, { tracking: 'SF2' });
  const all = await desk.untilView(orderId, (now) => desk.shipped(now) === '10');
  expect(all.order.lines[0]?.quantities).toMatchObject({ inFulfilment: '0', delivered: '10' });
  expect(all.states.fulfilment).toBe('delivered');
  expect(all.order.shipments).toMatchObject([
    { state: 'shipped', parcels: [{ tracking: 'SF1' }, { tracking: 'SF2' }] },
  ]);
  const journals = await desk.booked(orderId, 2);
  const revenue = journals.map(({ lines }) => lines.find(({ account }) => account === 'revenue.hardware')?.amount);
  expect(revenue).toEqual(['600.00', '400.00']);
});

test('a confirmation that comes before its shipment waits, and is applied when the hub plans it', async () => {
  const { orderId, orderNumber } = await desk.enter([{ ...GATEWAYS, quantity: '150' }]);
  const news = gateways(`${orderNumber}-D1`, 'EARLY-1', 50);
  expect(await post(call(news))).toContain('<flag>success</flag>');
  expect(await desk.message('wms', confirm(news))).toMatchObject({ state: 'early' });
  await desk.approve(orderId);
  const now = await desk.untilView(orderId, (view) => desk.shipped(view) === '50', BEFORE_THE_SWEEPER_MS);
  expect(now.order.lines[0]?.quantities).toMatchObject({ inFulfilment: '100', delivered: '50' });
  await until(async () => (await desk.message('wms', confirm(news)))?.state === 'mapped');
});

test('a confirmation that does not prove its sender is refused in its protocol, quarantined, and changes nothing', async () => {
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '3' }]);
  const number = await desk.atWarehouse(orderId);
  const { order: before } = await desk.view(orderId);
  const good = call(gateways(number, 'FORGED', 1));
  const quarantined = () => rig.running.hub.models.quarantine.countDocuments({ connection: 'wms' });
  const had = await quarantined();
  const forged: Record<string, QimenCall> = {
    'wrong secret': call(gateways(number, 'FORGED', 1), { ...KEYS, appSecret: 'guessed' }),
    'altered body': { ...good, body: good.body.replace('<actualQty>1<', '<actualQty>3<') },
    'altered query': { ...good, query: good.query.replace('format=xml', 'format=xml&partner_id=x') },
    'unknown app key': call(gateways(number, 'FORGED', 1), { ...KEYS, appKey: '87654321' }),
    'old timestamp': call(gateways(number, 'FORGED', 1), KEYS, new Date(Date.now() - 11 * 60_000)),
  };
  expect(forged['altered body']?.body).not.toBe(good.body);
  for (const [why, sent] of Object.entries(forged)) {
    const answer = await post(sent);
    expect([why, answer.includes('<flag>failure</flag>'), answer.includes('sign-check-failure')]).toEqual([
      ...[why, true, true],
    ]);
  }
  expect(await quarantined()).toBe(had + Object.keys(forged).length);
  expect(await rig.running.hub.models.messages.countDocuments({ dedupeKey: /FORGED/ })).toBe(0);
  expect((await desk.view(orderId)).order).toEqual(before);
  expect(await post(good)).toContain('<flag>success</flag>');
  await desk.untilView(orderId, (now) => desk.shipped(now) === '1');
});

test('what the order cannot take is parked with its path and leaves the order as it was', async () => {
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '2' }]);
  const number = await desk.atWarehouse(orderId);
  const before = (await desk.view(orderId)).order;
  const stranger = { ...gateways(number, 'X-2', 1), lines: [{ lineNo: 7, itemCode: 'HW-GATEWAY', quantity: 1 }] };
  const other = { ...gateways(number, 'X-3', 1), lines: [{ lineNo: 1, itemCode: 'HW-SERVER', quantity: 1 }] };
  const wrong = [
    [gateways(number, 'X-1', 3), '$.lines[0].quantity'],
    [stranger, '$.lines[0].lineNo'],
    [other, '$.lines[0].product'],
  ] as const;
  for (const [news, path] of wrong) {
    expect(await post(call(news))).toContain('<flag>success</flag>');
    expect(await desk.parked('wms', confirm(news))).toMatchObject({ code: 'REPORT_REFUSED', path });
    expect((await desk.view(orderId)).order).toEqual(before);
  }
  await desk.ship(number, 2, true);
  const ended = (await desk.untilView(orderId, (now) => desk.shipped(now) === '2')).order;
  const late = gateways(number, 'X-4', 1);
  await post(call(late));
  expect(await desk.parked('wms', confirm(late))).toMatchObject({ code: 'REPORT_REFUSED', path: '$.state' });
  expect((await desk.view(orderId)).order.lines).toEqual(ended.lines);
});

test.each([
  ['dropBefore', 2],
  ['dropAfterCommit', 1],
] as const)('an order whose outcome got lost (%s) is settled: one delivery order stands there', async (kind, times) => {
  await rig.sandbox.inject('wms', { kind, on: 'deliveryorder.create', times });
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '1' }]);
  const number = await desk.atWarehouse(orderId);
  const effect = await desk.confirmed(orderId, 'deliveryorder', number);
  expect(effect.attempts.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThanOrEqual(times);
  expect(await ordersOf(number)).toHaveLength(1);
  await desk.ship(number, 1, true);
  await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
});

test('a rejected shipment asks a person; when that is done, the goods are shipped anew', async () => {
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '2' }]);
  const number = await desk.atWarehouse(orderId);
  const reason = 'address is not served';
  await desk.pull('wms', 'reject', { deliveryOrderCode: number, callbackUrl: desk.callbackUrl, wait: true, reason });
  const asked = await desk.untilView(orderId, (now) => now.openTasks.length > 0);
  expect(asked.order.shipments).toMatchObject([{ state: 'rejected', reason }]);
  expect(asked.order.lines[0]?.quantities).toMatchObject({ open: '2', inFulfilment: '0' });
  expect((await desk.decide(asked.openTasks[0]?.taskId ?? '', 'done')).status).toBe(200);
  const anew = await desk.atWarehouse(orderId, 2);
  expect(anew).not.toBe(number);
  await desk.ship(anew, 2, true);
  const done = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
  expect(done.order.shipments.map(({ state }) => state)).toEqual(['rejected', 'shipped']);
});

test('too little in stock: the order is back-ordered, asks again, and goes on when the stock is there', async () => {
  const servers = { product: 'HW-SERVER', unitPrice: '1.00', listPrice: '1.00' };
  const { orderId: big } = await desk.sell([{ ...servers, quantity: '999999' }]);
  await desk.atWarehouse(big);
  const { orderId } = await desk.sell([{ ...servers, quantity: '2' }]);
  const waiting = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'back-ordered');
  expect(waiting.order.shipments).toEqual([]);
  expect(waiting.order.lines[0]?.quantities.open).toBe('2');

  const { order } = await desk.view(big);
  await desk.amend(big, [{ do: 'reduce', lineId: order.lines[0]?.lineId, quantity: '10' }]);
  const number = await desk.atWarehouse(orderId);
  expect((await ordersOf(number))[0]?.lines).toMatchObject([{ planQty: 2 }]);
});
