import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxOrder, seedOrder } from '../../../connectors/salesforce/sandbox-orders.js';
import { tellByOutboundMessage } from '../../../connectors/salesforce/sandbox-outbound.js';
import { SandboxUser } from '../../../connectors/salesforce/sandbox-user.js';
import { type Rig, startRig, until } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  for (const poller of rig.running.hub.pollers) await poller.stop();
  await tellByOutboundMessage(rig.salesforce, rig.running.url, 'salesforce');
});
afterAll(async () => rig.stop());

const sale = (opportunityName: string): SandboxOrder => ({
  account: 'C001',
  opportunityName,
  orderDate: '2026-11-18',
  lines: [{ sku: 'SVC-IMPL', quantity: 3, unitPrice: 3000 }],
});
const ordersOf = async (salesforceId: string) =>
  (await rig.api.get('/api/v1/orders', { params: { search: salesforceId } })).data.items;
const outbound = async () =>
  (await rig.sandbox.inspect<{ outbound: { acknowledged: number; waiting: unknown[] } }>('salesforce')).outbound;
const quiet = () =>
  until(async () => (await rig.running.hub.models.messages.countDocuments({ state: 'received' })) === 0);

test('an outbound message makes the order the poll would make, once', async () => {
  const { hub } = rig.running;
  const { orderId: salesforceId, lineIds } = await seedOrder(rig.salesforce, sale('Told'));
  const [order] = await until(async () => {
    const found = await ordersOf(salesforceId);
    return found.length > 0 && found;
  });
  await until(async () => (await outbound()).waiting.length === 0);
  await quiet();
  const { data } = await rig.api.get(`/api/v1/orders/${order.orderId}`);
  expect(data.order ?? data).toMatchObject({ revision: 1 });
  expect(JSON.stringify(data)).toContain(lineIds[0]);

  // The poll brings the same order under the same key: no news, no second order, no revision.
  const [polling] = (await hub.connections.get('salesforce')).triggers('poll');
  if (polling === undefined) throw new Error('nothing polls Salesforce');
  const polled = [];
  for await (const page of polling.poll(undefined, new AbortController().signal)) polled.push(...page.messages);
  const mine = polled.filter(({ correlation }) => correlation.ref.id === salesforceId);
  const messages = await hub.models.messages.find({ laneId: order.orderId }).sort({ _id: 1 }).lean();
  const notices = messages.filter(({ kind }) => kind === 'salesforce.order-notice');
  const orders = messages.filter(({ kind }) => kind === 'salesforce.order');
  expect(notices.every(({ state }) => state === 'mapped' || state === 'unchanged')).toBe(true);
  expect(orders.filter(({ state }) => state === 'mapped')).toHaveLength(1);
  const known = await hub.inbox.known('salesforce', mine);
  expect([...known]).toEqual(mine.map(({ correlation }) => correlation.dedupeKey));
  expect(await ordersOf(salesforceId)).toHaveLength(1);
});

test('the answer waits for nothing but the store: Salesforce out of reach delays the order, not the Ack', async () => {
  const { hub } = rig.running;
  const before = (await outbound()).acknowledged;
  const ids = await seedOrder(rig.salesforce, { ...sale('Late'), activate: false });
  await rig.sandbox.inject('salesforce', { kind: 'refuse', on: 'query', times: 1, code: 'SERVER_UNAVAILABLE' });
  const user = await SandboxUser.signIn(rig.salesforce);
  await user.call('PATCH', `/sobjects/Order/${ids.orderId}`, { Status: 'Activated' });
  await until(async () => (await outbound()).acknowledged > before);
  const tried = { kind: 'salesforce.order-notice', 'ref.id': ids.orderId, attempts: 1 };
  const notice = await until(async () => (await hub.models.messages.findOne(tried).lean()) ?? undefined);
  expect(notice.problem?.code).toBe('CONNECTOR_UNREACHABLE');
  await until(async () => (await ordersOf(ids.orderId)).length > 0);
  await quiet();
  expect(await hub.models.messages.findOne({ _id: notice._id }, { state: 1, problem: 1 }).lean()).toEqual({
    _id: notice._id,
    state: 'mapped',
  });
});

test('an order deleted before it could be read leaves nothing behind', async () => {
  const { hub } = rig.running;
  const { orderId } = await seedOrder(rig.salesforce, { ...sale('Gone'), activate: false });
  const body =
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>' +
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D5g000004XyZE</OrganizationId>' +
    `<Notification><Id>04l5g0000000999AAA</Id><sObject><Id>${orderId}</Id></sObject></Notification>` +
    '</notifications></e:Body></e:Envelope>';
  const token = rig.salesforce.secrets['outboundMessageToken'];
  const path = `/api/v1/inbound/salesforce/outbound-message?token=${token}`;
  const post = (url: string, text = body) =>
    rig.api.post(url, text, { headers: { 'content-type': 'text/xml; charset=utf-8', authorization: undefined } });
  const answer = await post(path);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(answer.data).toContain('<Ack>true</Ack>');
  await quiet();
  const notice = await hub.models.messages.findOne({ dedupeKey: '04l5g0000000999AAA' }).lean();
  expect(notice?.state).toBe('unchanged');
  expect(await ordersOf(orderId)).toEqual([]);

  const denied = await post(path.replace(/.{4}$/, 'nope'));
  expect([denied.status, denied.headers['content-type']]).toEqual([401, 'text/xml; charset=utf-8']);
  expect(denied.data).toContain('<soapenv:Fault>');
  const broken = await post(path, '<e:Envelope');
  expect(broken.status).toBe(400);
  expect(await hub.models.messages.countDocuments({ kind: 'unreadable', connection: 'salesforce' })).toBe(1);
});
