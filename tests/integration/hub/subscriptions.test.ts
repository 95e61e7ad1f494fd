import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, startRig, until } from '../../support/hub-rig.js';
import {
  BEFORE_THE_SWEEPER_MS,
  type Desk,
  type Journal,
  orderDesk,
  SEATS,
  type View,
} from '../../support/order-desk.js';

let rig: Rig;
let desk: Desk;
beforeAll(async () => {
  rig = await startRig();
  desk = orderDesk(rig);
});
afterAll(async () => rig.stop());

interface Callout {
  headers: Record<string, string>;
  body: string;
}
const START = '2026-09-01';
const CHANGE = '2027-03-01';
const YEAR = { termStart: START, termEnd: '2027-08-31' };

const post = async ({ headers, body }: Callout): Promise<number> =>
  (await rig.api.post('/api/v1/inbound/zuora/callout', body, { headers })).status;
/** Signed by the sandbox tenant, not sent. */
const signed = (about: object): Promise<Callout> => desk.pull('zuora', 'callout', about);
const subscriptionOf = ({ order }: View): string => order.subscriptions[0]?.number ?? '';
const seats = async (quantity: number): Promise<View> => {
  const { orderId } = await desk.sell([{ ...SEATS, ...YEAR, quantity: String(quantity) }], START);
  // due from the first month of the term: the books know that the seats run
  return desk.untilView(orderId, ({ contract }) => contract?.nextDue === START.slice(0, 7));
};
const poll = () =>
  Promise.all(rig.running.hub.pollers.filter(({ connection }) => connection === 'zuora').map((one) => one.poll()));
const bill = (subscriptionNumber: string, targetDate: string, more: object = {}) =>
  desk.pull<{ invoiceNumber: string }>('zuora', 'bill', { subscriptionNumber, targetDate, ...more });
const amountsOf = (journal: Journal | undefined) =>
  Object.fromEntries((journal?.lines ?? []).map(({ account, side, amount }) => [account, [side, amount]]));

test('a subscription is opened once and its seats are delivered from the start of their term', async () => {
  const { orderId, order, states } = await seats(10);
  expect(order.lines[0]?.quantities).toMatchObject({ inFulfilment: '0', delivered: '10' });
  expect(order.plan).toMatchObject([{ action: 'tenant', state: 'done', evidence: [{ date: START, quantity: '10' }] }]);
  expect(states).toMatchObject({ fulfilment: 'delivered', billing: 'unbilled' });
  expect((await desk.effects(orderId)).filter(({ objectType }) => /subscription/i.test(objectType))).toHaveLength(1);
});

test('a callout with a wrong signature is refused with 401, quarantined, and changes nothing', async () => {
  const before = await seats(2);
  const good = await signed({ event: 'subscription.changed', number: subscriptionOf(before) });
  const { quarantine, messages } = rig.running.hub.models;
  const had = [
    await quarantine.countDocuments({ connection: 'zuora' }),
    await messages.countDocuments({ connection: 'zuora' }),
  ];
  const forged = [
    { ...good, body: good.body.replace('"Active"', '"Cancelled"') },
    { ...good, headers: { ...good.headers, 'X-Zuora-Signature': 'AAAA' } },
    { ...good, headers: { 'Content-Type': 'application/json' } },
  ];
  expect(forged[0]?.body).not.toBe(good.body);
  for (const callout of forged) expect(await post(callout)).toBe(401);
  expect([
    await quarantine.countDocuments({ connection: 'zuora' }),
    await messages.countDocuments({ connection: 'zuora' }),
  ]).toEqual([(had[0] ?? 0) + forged.length, had[1]]);
  const { order, contract } = await desk.view(before.orderId);
  expect([order, contract]).toEqual([before.order, before.contract]);
});

test('one callout told twice is one message; it says nothing new about seats that run', async () => {
  const before = await seats(3);
  const number = subscriptionOf(before);
  const callout = await signed({ event: 'subscription.changed', number });
  expect([await post(callout), await post(callout)]).toEqual([200, 200]);
  const key = `notification/${callout.headers['Zuora-Notification-Id']}/${number}`;
  const told = await until(async () => {
    const found = await desk.message('zuora', key);
    return found?.state === 'received' ? undefined : found;
  });
  expect(told).toMatchObject({ state: 'mapped', duplicates: 1 });
  const { order } = await desk.view(before.orderId);
  expect([order.lines, order.subscriptions]).toEqual([before.order.lines, before.order.subscriptions]);
});

test('a callout that comes before the hub has planned the subscription waits for it', async () => {
  const { orderId, orderNumber } = await desk.enter([{ ...SEATS, ...YEAR, quantity: '40' }], START);
  const number = `${orderNumber}-S1`;
  const subscription = { number, status: 'Active', version: '1', updated: '2026-11-24T10:00:00.000+08:00' };
  const news = { ...subscription, charges: [{ number: `${number}-L1`, quantity: '40' }, null] };
  const callout = await signed({
    body: JSON.stringify({ event: 'subscription.changed', subscriptions: [news, null] }),
  });
  expect(await post(callout)).toBe(200);
  const key = `notification/${callout.headers['Zuora-Notification-Id']}/${number}`;
  expect(await desk.message('zuora', key)).toMatchObject({ state: 'early' });
  await desk.approve(orderId);
  await until(async () => (await desk.message('zuora', key))?.state === 'mapped', BEFORE_THE_SWEEPER_MS);
  const { order } = await desk.untilView(orderId, (now) => now.states.fulfilment === 'delivered');
  expect(order.lines[0]?.quantities.delivered).toBe('40');
  expect(order.subscriptions).toMatchObject([{ number, lines: [{ active: '40' }] }]);
  await until(async () => (await desk.effects(orderId)).every(({ state }) => state === 'confirmed'));
});

test.each(['callout', 'poll'])('an invoice by callout and by poll, the %s first, counts once', async (first) => {
  const sold = await seats(10);
  const { orderId } = sold;
  const number = subscriptionOf(sold);
  const callbackUrl = `${rig.running.url}/api/v1/inbound/zuora/callout`;
  const { invoiceNumber } = await bill(number, START, first === 'callout' ? { callbackUrl } : {});
  await poll();
  expect(await post(await signed({ event: 'invoice.posted', number: invoiceNumber }))).toBe(200);
  await poll();
  const key = `invoice/${invoiceNumber}/${number}`;
  await until(async () => (await desk.message('zuora', key))?.state === 'mapped');
  expect(await rig.running.hub.models.messages.countDocuments({ dedupeKey: key })).toBe(1);

  const [journal, ...others] = await desk.booked(orderId, 1);
  expect([journal?.cause.kind, others]).toEqual(['invoiced', []]);
  expect(amountsOf(journal)).toMatchObject({
    receivable: ['debit', '3869.00'],
    contractLiability: ['credit', '3650.00'],
  });
  const now = await desk.untilView(orderId, ({ contract }) => contract?.billed === '3650.00');
  expect(now.states.billing).toBe('billed');
});

test('seats that ended early are credited: billing axis, contract and books go down by the note', async () => {
  const sold = await seats(10);
  const { orderId, order } = sold;
  const number = subscriptionOf(sold);
  await bill(number, START);
  await poll();
  await desk.untilView(
    orderId,
    ({ states, contract }) => states.billing === 'billed' && contract?.billed === '3650.00',
  );
  await desk.amend(orderId, [{ do: 'reduce', lineId: order.lines[0]?.lineId, quantity: '4' }], CHANGE);
  await desk.untilView(orderId, (now) => now.order.amendments[0]?.state === 'effective');
  await bill(number, CHANGE);
  await poll();
  // 184 of 365 days of four seats at 365.00 a year
  const now = await desk.untilView(orderId, ({ contract }) => contract?.billed === '2914.00');
  expect(now.contract).toMatchObject({ transactionPrice: '2914.00', contractLiability: '2914.00' });
  expect(now.states.billing).not.toBe('billed');
  const note = (await desk.booked(orderId, 2)).findLast(({ cause }) => cause.kind === 'invoiced');
  expect(amountsOf(note)).toMatchObject({ receivable: ['debit', '-780.16'], contractLiability: ['credit', '-736.00'] });
});

test('a body that is none of ours is refused and kept, though its sender is proven', async () => {
  const { messages } = rig.running.hub.models;
  const had = await messages.countDocuments({ connection: 'zuora', kind: 'unreadable' });
  const odd = await signed({ body: JSON.stringify({ event: 'payment.made' }) });
  expect(await post(odd)).toBe(400);
  expect(await messages.countDocuments({ connection: 'zuora', kind: 'unreadable' })).toBe(had + 1);
});
