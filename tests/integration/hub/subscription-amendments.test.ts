import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, startRig, until } from '../../support/hub-rig.js';
import { type Contract, type Desk, orderDesk, SEATS, type View } from '../../support/order-desk.js';

let rig: Rig;
let desk: Desk;
beforeAll(async () => {
  rig = await startRig();
  desk = orderDesk(rig);
});
afterAll(async () => rig.stop());

interface Tenant {
  subscriptions: {
    number: string;
    status: string;
    version: number;
    termAfter: string;
    cancelled: string | null;
    charges: { lineNo: number; quantity: string; removed: boolean }[];
  }[];
  duplicates: unknown[];
}
const START = '2026-09-01';
const YEAR = { termStart: START, termEnd: '2027-08-31' };
/** Half of the term is left on that day, to the day: 181 of 365 are over. */
const CHANGE = '2027-03-01';
const PROSPECTIVE = 'IFRS 15.21(a) / ASC 606-10-25-13(a)';

/** What the tenant has of the order's subscription. */
async function inZuora(orderNumber: string) {
  const { subscriptions, duplicates } = await rig.sandbox.inspect<Tenant>('zuora');
  expect(duplicates).toEqual([]);
  const own = subscriptions.filter(({ number }) => number.startsWith(orderNumber));
  expect(own).toHaveLength(1);
  return own[0];
}
const lineId = ({ order }: View, at = 0): string => order.lines[at]?.lineId ?? '';
const running = (id: string, lines = 1) =>
  desk.untilView(
    id,
    ({ order }) =>
      order.plan.filter(({ action, state }) => action === 'tenant' && state === 'done').length >= lines &&
      order.subscriptions[0]?.state === 'active',
  );
const seats = async (quantity: number): Promise<View> =>
  running((await desk.sell([{ ...SEATS, ...YEAR, quantity: String(quantity) }], START)).orderId);
const effective = (id: string) => desk.untilView(id, ({ order }) => order.amendments[0]?.state === 'effective');
const modified = (id: string): Promise<Contract> =>
  until(async () => {
    const { contract } = await desk.view(id);
    return (contract?.modifications.length ?? 0) > 0 ? contract : undefined;
  });
const more = (quantity: string, unitPrice: string) => ({
  ...{ ref: 'more', product: 'SAAS-PRO', taxRate: '0.06', quantity, unitPrice },
});

test('seats added in mid-term run in the same subscription and are priced with the rest of it', async () => {
  const { orderId, orderNumber, order } = await seats(10);
  await desk.amend(orderId, [{ do: 'add', of: order.lines[0]?.lineId, line: more('5', '100.00') }], CHANGE);
  const added = await running(orderId, 2);
  expect(added).toMatchObject({ revision: 2, states: { commercial: 'accepted' } });
  expect(added.order.lines[1]).toMatchObject({ termStart: CHANGE, termEnd: YEAR.termEnd, quantity: '5' });
  expect(added.order.subscriptions).toMatchObject([{ lines: [{ active: '10' }, { active: '5' }] }]);
  const there = await inZuora(orderNumber);
  expect(there).toMatchObject({ status: 'Active', version: 2 });
  expect(there?.charges).toMatchObject([
    { lineNo: 1, quantity: '10' },
    { lineNo: 2, quantity: '5' },
  ]);
  const contract = await modified(orderId);
  expect(contract.modifications).toMatchObject([{ paragraph: PROSPECTIVE, change: '500.00' }]);
  expect(contract.transactionPrice).toBe('4150.00');
});

test('seats added at their own price are a contract of their own', async () => {
  const { orderId, order } = await seats(2);
  const price = '1800.00';
  await desk.amend(orderId, [{ do: 'add', of: order.lines[0]?.lineId, line: more('1', price) }], CHANGE);
  const { modifications } = await modified(orderId);
  expect(modifications).toMatchObject([{ paragraph: 'IFRS 15.20 / ASC 606-10-25-12', change: price }]);
});

test('running seats that are given up end in Zuora; they had been delivered, so they count as returned', async () => {
  const sold = await seats(10);
  const { orderId, orderNumber } = sold;
  await desk.amend(orderId, [{ do: 'reduce', lineId: lineId(sold), quantity: '4' }], CHANGE);
  const now = await effective(orderId);
  expect(now.order.amendments[0]?.asks).toMatchObject([{ target: 'subscription', answer: 'agreed' }]);
  expect(now.order.lines[0]?.quantities).toMatchObject({ delivered: '10', returned: '4', cancelled: '0' });
  expect(now.order.subscriptions).toMatchObject([{ state: 'active', lines: [{ quantity: '6', active: '6' }] }]);
  expect((await inZuora(orderNumber))?.charges).toMatchObject([{ lineNo: 1, quantity: '6', removed: false }]);
  const { modifications, transactionPrice } = await modified(orderId);
  // 3650.00 for 365 days; 184 of them are left for four of ten seats
  expect([modifications.map(({ paragraph, change }) => [paragraph, change]), transactionPrice]).toEqual([
    [[PROSPECTIVE, '-736.00']],
    '2914.00',
  ]);
});

test('a subscription that gives up its last seat is cancelled', async () => {
  const sold = await seats(3);
  const { orderId, orderNumber } = sold;
  await desk.amend(orderId, [{ do: 'cancel', lineId: lineId(sold) }], CHANGE);
  const now = await effective(orderId);
  expect(now.order.lines[0]?.quantities).toMatchObject({ delivered: '3', returned: '3' });
  expect(now.order.subscriptions).toMatchObject([{ state: 'cancelled' }]);
  expect(await inZuora(orderNumber)).toMatchObject({ status: 'Cancelled', cancelled: CHANGE });
  await modified(orderId);
});

test('a renewal is a line of its own for the next term of the same subscription', async () => {
  const sold = await seats(4);
  const { orderId, orderNumber } = sold;
  const renewal = { do: 'renew', lineId: lineId(sold), termEnd: '2028-08-31', unitPrice: '400.00' };
  await desk.amend(orderId, [renewal], CHANGE);
  const now = await running(orderId, 2);
  expect(now.order.lines[1]).toMatchObject({
    ...{ quantity: '4', termStart: '2027-09-01', termEnd: '2028-08-31', net: '1600.00' },
    options: { renewalOf: lineId(sold) },
  });
  expect(now.order.subscriptions).toHaveLength(1);
  expect(await inZuora(orderNumber)).toMatchObject({ status: 'Active', termAfter: '2028-09-01' });
  const { modifications } = await modified(orderId);
  expect(modifications).toMatchObject([{ change: '1600.00' }]);
});

test('an answer of Zuora that got lost does not change the seats twice', async () => {
  const sold = await seats(8);
  const { orderId, orderNumber } = sold;
  await rig.sandbox.inject('zuora', { kind: 'dropAfterCommit', on: 'Order.create', times: 1 });
  await desk.amend(orderId, [{ do: 'reduce', lineId: lineId(sold), quantity: '3' }], CHANGE);
  await effective(orderId);
  const there = await inZuora(orderNumber);
  expect([there?.version, there?.charges.map(({ quantity }) => quantity)]).toEqual([2, ['5']]);
});
