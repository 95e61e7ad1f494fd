import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, randomKey, startRig, until } from '../../support/hub-rig.js';
import { type Desk, GATEWAYS, orderDesk, type View } from '../../support/order-desk.js';

let rig: Rig;
let desk: Desk;
beforeAll(async () => {
  rig = await startRig();
  desk = orderDesk(rig);
});
afterAll(async () => rig.stop());

interface Warehouse {
  shipments: { deliveryOrderCode: string; state: string; lines: { planQty: number }[] }[];
  returns: { returnOrderCode: string; state: string }[];
}
const warehouse = () => rig.sandbox.inspect<Warehouse>('wms');
const standing = async (orderNumber: string) =>
  (await warehouse()).shipments
    .filter(({ deliveryOrderCode }) => deliveryOrderCode.startsWith(orderNumber))
    .map(({ state, lines }) => [state, ...lines.map(({ planQty }) => planQty)]);
const lineId = ({ order }: View, at = 0): string => order.lines[at]?.lineId ?? '';
const reduce = (order: View, quantity: number) => ({ do: 'reduce', lineId: lineId(order), quantity: `${quantity}` });
const decided = (id: string, state: string, at = 0) =>
  desk.untilView(id, ({ order }) => order.amendments[at]?.state === state);

test('reduced while the warehouse has it: cancelled there, the rest shipped anew, contract and books follow', async () => {
  const sold = await desk.sell([{ ...GATEWAYS, quantity: '7' }]);
  const { orderId, orderNumber } = sold;
  await desk.atWarehouse(orderId);
  await until(async () => (await desk.view(orderId)).contract?.transactionPrice === '700.00');
  expect((await desk.amend(orderId, [reduce(sold, 2)])).status).toBe(202);
  const amended = await decided(orderId, 'effective');
  expect(amended).toMatchObject({ revision: 2, states: { commercial: 'accepted' } });
  expect(amended.order.amendments[0]?.asks).toMatchObject([{ target: 'shipment', answer: 'agreed' }]);
  expect(amended.order.lines[0]).toMatchObject({ quantity: '7', effectiveQuantity: '5', net: '500.00' });
  const anew = await desk.atWarehouse(orderId, 2);
  expect(await standing(orderNumber)).toEqual([
    ['CANCELED', 7],
    ['NEW', 5],
  ]);
  const contract = await until(async () => {
    const { contract: now } = await desk.view(orderId);
    return now?.modifications.length === 1 ? now : undefined;
  });
  expect(contract).toMatchObject({ transactionPrice: '500.00' });
  expect(contract.modifications[0]).toMatchObject({
    change: '-200.00',
    paragraph: 'IFRS 15.21(a) / ASC 606-10-25-13(a)',
  });
  await desk.ship(anew, 5, true);
  const [journal] = await desk.booked(orderId, 1);
  expect(journal?.lines.find(({ account }) => account === 'revenue.hardware')).toMatchObject({ amount: '500.00' });
  const { states, order } = await desk.untilView(orderId, (now) => now.states.revenue === 'recognised');
  expect(states.fulfilment).toBe('delivered');
  expect(order.lines[0]?.quantities).toMatchObject({ delivered: '5', cancelled: '2' });
});

test('reduced below what has left: the warehouse refuses, and what is delivered is announced as a return', async () => {
  const sold = await desk.sell([{ ...GATEWAYS, quantity: '5' }]);
  const { orderId } = sold;
  const number = await desk.atWarehouse(orderId);
  await desk.ship(number, 3, false);
  await desk.untilView(orderId, (now) => desk.shipped(now) === '3');
  await desk.amend(orderId, [reduce(sold, 4)]);
  const refused = await decided(orderId, 'refused');
  expect(refused.revision).toBe(1);
  expect(refused.order.amendments[0]?.asks).toMatchObject([{ target: 'shipment', answer: 'refused' }]);
  expect(refused.order.lines[0]?.quantities).toMatchObject({ inFulfilment: '2', frozen: '0', cancelled: '0' });
  const { order } = await desk.untilView(orderId, (now) => now.order.returns.length === 1);
  const back = order.returns[0];
  expect(back).toMatchObject({ state: 'announced', lines: [{ lineId: lineId(sold), quantity: '2' }] });
  await desk.confirmed(orderId, 'returnorder', back?.number ?? '');
  await desk.ship(number, 2, true);
  await desk.untilView(orderId, (now) => desk.shipped(now) === '5');
  await desk.receive(back?.number ?? '', 2);
  const done = await desk.untilView(orderId, (now) => now.order.returns[0]?.state === 'received');
  expect(done.order.lines[0]?.quantities).toMatchObject({ delivered: '5', returned: '2' });
  const journals = await desk.booked(orderId, 3);
  expect(journals.map(({ cause }) => cause.kind).sort()).toEqual(['delivered', 'delivered', 'returned']);
  await until(async () => (await desk.view(orderId)).contract?.recognised === '300.00');
});

test('every line cancelled before anything left: the order is cancelled, and nobody is asked for anything more', async () => {
  const sold = await desk.sell([
    { ...GATEWAYS, quantity: '3' },
    { product: 'LIC-ANALYTICS', quantity: '1' },
  ]);
  const { orderId, orderNumber } = sold;
  await desk.atWarehouse(orderId);
  await desk.untilView(orderId, ({ openTasks }) => openTasks.some(({ stepId }) => stepId === '2-licence-key'));
  const changes = [0, 1].map((at) => ({ do: 'cancel', lineId: lineId(sold, at) }));
  await desk.amend(orderId, changes);
  const gone = await decided(orderId, 'effective');
  expect(gone.states).toMatchObject({ commercial: 'cancelled', fulfilment: 'cancelled' });
  expect(gone.order.lines.map(({ quantities }) => quantities.cancelled)).toEqual(['3', '1']);
  expect(gone.order.plan.every(({ state }) => state === 'cancelled' || state === 'done')).toBe(true);
  await desk.untilView(orderId, ({ openTasks }) => openTasks.every(({ stepId }) => stepId === undefined));
  expect(await standing(orderNumber)).toEqual([['CANCELED', 3]]);
  await until(async () => (await desk.view(orderId)).contract?.transactionPrice === '0.00');
  expect((await desk.amend(orderId, [reduce(sold, 1)])).data).toMatchObject({ code: 'AMENDMENT_REFUSED' });
});

/** An order with an amendment that stays open for a while: the warehouse's answer to the cancellation got lost. */
async function undecided(): Promise<View> {
  const sold = await desk.sell([{ ...GATEWAYS, quantity: '6' }]);
  await desk.atWarehouse(sold.orderId);
  await rig.sandbox.inject('wms', { kind: 'dropBefore', on: 'order.cancel', times: 1 });
  return sold;
}

test('a second amendment is refused while the first is open', async () => {
  const sold = await undecided();
  const { orderId } = sold;
  await desk.amend(orderId, [reduce(sold, 2)]);
  await decided(orderId, 'frozen');
  const second = await desk.amend(orderId, [reduce(sold, 1)]);
  expect([second.status, second.data]).toEqual([
    409,
    expect.objectContaining({ code: 'AMENDMENT_REFUSED', path: '$', title: expect.stringContaining('-A1') }),
  ]);
  const done = await decided(orderId, 'effective');
  expect(done.order.amendments).toHaveLength(1);
  expect(done.order.lines[0]?.quantities.cancelled).toBe('2');
});

test('of two amendments that come in the same moment one takes effect; the other is refused or parked', async () => {
  const sold = await undecided();
  const { orderId } = sold;
  const answers = await Promise.all([1, 2].map((quantity) => desk.amend(orderId, [reduce(sold, quantity)])));
  const taken = answers.filter(({ status }) => status === 202).map(({ data }) => `${orderId}/${data.id}`);
  const done = await decided(orderId, 'effective');
  expect(done.order.amendments).toHaveLength(1);
  expect(['1', '2']).toContain(done.order.lines[0]?.quantities.cancelled);
  const states = await until(async () => {
    const found = await Promise.all(taken.map((key) => desk.message('hub', key)));
    return found.every((message) => message?.state !== 'received') ? found : undefined;
  });
  expect(states.filter((message) => message?.state === 'mapped')).toHaveLength(1);
  for (const message of states.filter((found) => found?.state !== 'mapped')) {
    expect(message).toMatchObject({ state: 'parked', problem: { code: 'AMENDMENT_REFUSED', path: '$' } });
  }
});

test('one Idempotency-Key makes one amendment', async () => {
  const sold = await desk.sell([{ ...GATEWAYS, quantity: '4' }]);
  const { orderId } = sold;
  await desk.atWarehouse(orderId);
  const key = randomKey();
  const first = await desk.amend(orderId, [reduce(sold, 1)], '2026-11-18', key);
  const again = await desk.amend(orderId, [reduce(sold, 1)], '2026-11-18', key);
  expect([first.status, first.data.duplicate, again.status, again.data.duplicate]).toEqual([202, false, 202, true]);
  await decided(orderId, 'effective');
  const late = await desk.amend(orderId, [reduce(sold, 1)], '2026-11-18', key);
  expect([late.status, late.data.duplicate]).toEqual([202, true]);
  const now = await desk.view(orderId);
  expect([now.order.amendments.length, now.order.lines[0]?.quantities.cancelled]).toEqual([1, '1']);
});

test('what makes no sense is refused at once, with the path of every fault', async () => {
  const waiting = await desk.enter([{ ...GATEWAYS, quantity: '200' }]);
  const line = waiting.lines[0]?.lineId ?? '';
  const early = await desk.amend(waiting.orderId, [{ do: 'cancel', lineId: line }]);
  expect([early.status, early.data.code, early.data.path]).toEqual([409, 'AMENDMENT_REFUSED', '$']);

  const sold = await desk.sell([{ ...GATEWAYS, quantity: '4' }]);
  const { orderId } = sold;
  await desk.atWarehouse(orderId);
  const wrong = await desk.amend(
    orderId,
    [reduce(sold, 9), { do: 'cancel', lineId: 'nobody' }, { do: 'renew', lineId: lineId(sold), termEnd: '2030-01-01' }],
    '2026-11-17',
  );
  expect([wrong.status, wrong.data.issues.map(({ path }: { path: string }) => path).sort()]).toEqual([
    409,
    ['$.changes[0].quantity', '$.changes[1].lineId', '$.changes[2].lineId', '$.effectiveDate'],
  ]);
  expect((await desk.view(orderId)).order.amendments).toEqual([]);
});
