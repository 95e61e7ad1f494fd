/** Long because one rig serves every case of the vendor's rules, and they are read together. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type SandboxOrder, seedOrder } from '../../../connectors/salesforce/sandbox-orders.js';
import { SandboxUser } from '../../../connectors/salesforce/sandbox-user.js';
import type { SalesforceSimulatorOptions } from '../../../connectors/salesforce/simulator.js';
import type { Connector, InboundMessage, RawAnswer, WebhookTrigger } from '../../../core/connector/contract.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { MemoryJournal, pollOnce, type Rig, startRig } from './rig.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORGANISATION = '00D5g000004XyZEEA0';
const signal = new AbortController().signal;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const start = async (options: SalesforceSimulatorOptions = {}, journal?: MemoryJournal): Promise<Rig> => {
  const rig = await startRig(options, journal);
  closers.push(() => rig.stop());
  return rig;
};

const sale = (more: Partial<SandboxOrder> = {}): SandboxOrder => ({
  account: 'C001',
  opportunityName: '云帆一期',
  orderDate: '2026-01-15',
  lines: [{ sku: 'SVC-IMPL', quantity: 3, unitPrice: 3000 }],
  ...more,
});

const triggerOf = (connector: Connector): WebhookTrigger => {
  const found = connector.triggers.find(({ name }) => name === 'outbound-message');
  if (found?.kind !== 'webhook') throw new Error('there is no such trigger');
  return found;
};
const lookUp = (connector: Connector, id: string) => triggerOf(connector).lookUp?.({ type: 'Order', id }, signal);

/** The hub's entrance as this protocol sees it: reads by the trigger, keeps by dedupe key, answers by the trigger. */
async function entrance(trigger: WebhookTrigger) {
  const kept = new Map<string, InboundMessage>();
  const bodies: string[] = [];
  const answers: RawAnswer[] = [];
  const state = { storeIsDown: false, says: undefined as RawAnswer | undefined };
  const take = (query: string, body: Buffer): RawAnswer => {
    try {
      const messages = [trigger.read({ headers: {}, query, body })].flat();
      if (state.storeIsDown) throw new HubError('STORE_UNREACHABLE', { why: 'it is down' });
      for (const message of messages) kept.set(message.correlation.dedupeKey, message);
      return trigger.answer?.([]) ?? { status: 200, headers: {}, body: '' };
    } catch (error) {
      if (!(error instanceof HubError) || trigger.refuse === undefined) throw error;
      return trigger.refuse(error);
    }
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body.toString());
    const answer = state.says ?? take(request.url?.split('?')[1] ?? '', body);
    answers.push(answer);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { kept, bodies, answers, state, url };
}

/** A simulator whose Outbound Message reaches an entrance. */
async function told(options: SalesforceSimulatorOptions = {}, journal = new MemoryJournal()) {
  const rig = await start(options, journal);
  const connector = rig.open();
  const hub = await entrance(triggerOf(connector));
  const user = await SandboxUser.signIn(rig.connection);
  const endpointUrl = `${hub.url}?token=${rig.connection.secrets['outboundMessageToken']}`;
  const setUp = (fields: readonly string[] = ['OrderNumber', 'Status']) =>
    user.call('POST', '/tooling/sobjects/WorkflowOutboundMessage', {
      FullName: 'Order.Hub',
      Metadata: { endpointUrl, fields },
    });
  return { rig, connector, hub, user, setUp, outbound: rig.simulator.outbound };
}

/** Three activated orders, all queued before any is sent. */
async function threeOrders(journal?: MemoryJournal) {
  const all = await told({}, journal);
  const ids: string[] = [];
  for (const opportunityName of ['一', '二', '三']) {
    ids.push((await seedOrder(all.rig.connection, sale({ opportunityName }))).orderId);
  }
  await all.setUp();
  for (const id of ids) all.outbound.queue(id);
  return { ...all, ids };
}

describe('conformance case 11', () => {
  test('three notifications: one Ack true and three messages; the same again: Ack true and nothing new', async () => {
    const { hub, ids, outbound } = await threeOrders();
    outbound.knobs.duplicate = true;
    await outbound.flush();
    expect(hub.bodies).toHaveLength(2);
    expect(hub.bodies[0]).toBe(hub.bodies[1]);
    expect(hub.bodies[0]?.match(/<Notification>/g)).toHaveLength(3);
    for (const answer of hub.answers) {
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
      expect(answer.body).toContain(
        '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>',
      );
    }
    expect([...hub.kept.values()].map(({ correlation }) => correlation.ref.id)).toEqual(ids);
    expect([...hub.kept.keys()].every((key) => /^04l\w{15}$/.test(key))).toBe(true);
    expect(outbound.inspect()).toEqual({ queued: 3, acknowledged: 3, dropped: 0, waiting: [] });
  });

  test('a hub without its store says no, and the message comes again', async () => {
    const { hub, outbound, rig } = await threeOrders();
    hub.state.storeIsDown = true;
    await outbound.flush();
    expect(hub.answers[0]).toMatchObject({ status: 503, body: expect.stringContaining('<soapenv:Fault>') });
    expect(hub.answers[0]?.body).not.toContain('true</Ack>');
    expect(hub.kept.size).toBe(0);
    hub.state.storeIsDown = false;
    await outbound.flush();
    expect(hub.kept.size).toBe(0);
    rig.clock.advance(15_000);
    await outbound.flush();
    expect(hub.kept.size).toBe(3);
    expect(outbound.inspect().acknowledged).toBe(3);
  });
});

describe('reading a message', () => {
  const notification = (n: number, order = `8015g00000AbCd${String(n).padStart(1, '0').slice(-1)}AAK`): string =>
    `<Notification><Id>04l5g${String(n).padStart(10, '0')}</Id><sObject xsi:type="sf:Order" ` +
    'xmlns:sf="urn:sobject.enterprise.soap.sforce.com">' +
    `<sf:Id>${order.slice(0, 18)}</sf:Id><sf:OrderNumber>0000010&amp;7</sf:OrderNumber></sObject></Notification>`;
  const envelope = (inner: string, organisation = ORGANISATION, before = ''): Buffer =>
    Buffer.from(
      `${before}<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ` +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
        `<OrganizationId>${organisation}</OrganizationId><ActionId>04k5g0000008AbCAAU</ActionId>` +
        `<SessionId xsi:nil="true"/>${inner}</notifications></soapenv:Body></soapenv:Envelope>`,
    );
  const ORDER = '8015g000000AbCdAAK';
  const readBy = async (settings: Record<string, unknown> = {}) => {
    const rig = await start();
    const trigger = triggerOf(rig.open(settings));
    const good = `token=${rig.connection.secrets['outboundMessageToken']}`;
    return { trigger, read: (body: Buffer, query = good) => [trigger.read({ headers: {}, query, body })].flat(), good };
  };

  test('a notification becomes a notice about its order', async () => {
    const { read } = await readBy();
    expect(read(envelope(notification(1, ORDER)))).toEqual([
      {
        kind: 'salesforce.order-notice',
        correlation: { ref: { type: 'Order', id: ORDER }, creates: true, dedupeKey: '04l5g0000000001AAA' },
        body: { notification: '04l5g0000000001AAA', order: { Id: ORDER, OrderNumber: '0000010&7' } },
      },
    ]);
  });

  test('ids of 15 characters mean the same, of the organisation and of the order', async () => {
    const { read } = await readBy({ organizationId: ORGANISATION.slice(0, 15) });
    const [message] = read(envelope(notification(1, ORDER.slice(0, 15))));
    expect(message?.correlation.ref.id).toHaveLength(18);
  });

  test('a record deleted before it was sent says nothing, and is taken', async () => {
    const { read } = await readBy();
    const empty = '<Notification><Id>04l5g0000000009</Id><sObject xsi:nil="true"/></Notification>';
    expect(read(envelope(empty))).toEqual([]);
    expect(read(envelope(empty + notification(1, ORDER)))).toHaveLength(1);
  });

  test('a hundred are taken, a hundred and one are not', async () => {
    const { read } = await readBy();
    const many = (count: number) => envelope(Array.from({ length: count }, (_, i) => notification(i, ORDER)).join(''));
    expect(read(many(100))).toHaveLength(100);
    expect(() => read(many(101))).toThrow(expect.objectContaining({ code: 'INBOX_BODY_MALFORMED' }));
  });

  test.each([
    ['no token', ''],
    ['an empty one', 'token='],
    ['a wrong one', 'token=sandbox-outbound-message-tokem'],
    ['part of it', 'token=sandbox-outbound-message'],
    ['two of them', 'token=sandbox-outbound-message-token&token=sandbox-outbound-message-token'],
  ])('%s in the address is refused before the body is looked at', async (_, query) => {
    const { read, trigger } = await readBy();
    const thrown = expect.objectContaining({ code: 'INBOX_BAD_SIGNATURE' });
    expect(() => read(Buffer.from('no XML'), query)).toThrow(thrown);
    const refusal = trigger.refuse?.(new HubError('INBOX_BAD_SIGNATURE', { connection: 'crm', why: 'a < b' }));
    expect(refusal).toMatchObject({ status: 401, body: expect.stringContaining('soapenv:Client') });
    expect(refusal?.body).toContain('a &lt; b');
  });

  test('a connection without a token or without an organisation takes nothing', async () => {
    const rig = await start();
    const { outboundMessageToken: token = '', ...others } = rig.connection.secrets;
    const open = (settings: Record<string, unknown>, secrets: Record<string, string>) =>
      triggerOf(rig.openWith(settings, secrets));
    const { organizationId: _, ...anonymous } = rig.connection.settings;
    const request = { headers: {}, query: `token=${token}`, body: envelope(notification(1, ORDER)) };
    const why = (trigger: WebhookTrigger): unknown => {
      try {
        return trigger.read(request);
      } catch (error) {
        return error instanceof HubError ? [error.code, error.facts['why']] : error;
      }
    };
    expect(why(open(rig.connection.settings, others))).toEqual([
      'INBOX_BAD_SIGNATURE',
      'the connection has no outboundMessageToken',
    ]);
    expect(why(open(anonymous, rig.connection.secrets))).toEqual([
      'INBOX_BAD_SIGNATURE',
      'the connection has no organizationId to compare with',
    ]);
  });

  test('another organisation is refused', async () => {
    const { read } = await readBy();
    for (const other of ['00D5g000004XyZFEA0', '00D5g000004XyzE', '']) {
      expect(() => read(envelope(notification(1, ORDER), other))).toThrow(
        expect.objectContaining({ code: 'INBOX_BAD_SIGNATURE' }),
      );
    }
  });

  test.each([
    ['broken XML', Buffer.from('<soapenv:Envelope><soapenv:Body>')],
    ['JSON', Buffer.from('{}')],
    ['nothing', Buffer.alloc(0)],
    ['another document', Buffer.from('<feed><Body/></feed>')],
    ['a document type', envelope(notification(1, ORDER), ORGANISATION, '<!DOCTYPE x [<!ENTITY e "x">]>')],
    ['no notification', envelope('')],
    [
      'a notification without id',
      envelope('<Notification><sObject><Id>8015g000000AbCdAAK</Id></sObject></Notification>'),
    ],
    ['another kind of record', envelope(notification(1, '0065g000000AbCdAAK'))],
    [
      'a record without id',
      envelope('<Notification><Id>04l5g0000000001</Id><sObject><Name>x</Name></sObject></Notification>'),
    ],
  ])('%s is malformed', async (_, body) => {
    const { read } = await readBy();
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'INBOX_BODY_MALFORMED' }));
  });
});

describe('looking the order up', () => {
  test('gives what the poll gives: body, key, version', async () => {
    const { rig, connector } = await told();
    const { orderId } = await seedOrder(rig.connection, sale());
    const { messages } = await pollOnce(connector);
    expect(await lookUp(connector, orderId)).toEqual(messages[0]);
  });

  test('a deleted line counts in the version, as it does in the poll', async () => {
    const { rig, connector, user } = await told();
    const lines = [
      { sku: 'SVC-IMPL', quantity: 3, unitPrice: 3000 },
      { sku: 'SVC-IMPL', quantity: 1, unitPrice: 3000 },
    ];
    const { orderId, lineIds } = await seedOrder(rig.connection, sale({ lines }));
    const { mark } = await pollOnce(connector);
    rig.clock.advance(1000);
    await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Draft' });
    await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
    const before = await lookUp(connector, orderId);
    await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Draft' });
    await user.call('DELETE', `/sobjects/OrderItem/${lineIds[1]}`);
    await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
    const after = await lookUp(connector, orderId);
    expect((after?.correlation.sourceVersion ?? '') > (before?.correlation.sourceVersion ?? '')).toBe(true);
    const { messages } = await pollOnce(connector, mark);
    expect(messages.at(-1)).toEqual(after);
  });

  test('an order that is gone, or in a status that is not read, is nothing', async () => {
    const { rig, connector } = await told();
    const { orderId } = await seedOrder(rig.connection, sale({ activate: false }));
    expect(await lookUp(connector, orderId)).toBeUndefined();
    expect(await lookUp(connector, '8015g00000ZZZZZAAK')).toBeUndefined();
  });

  test('waits while the calls of the day are used up', async () => {
    const { rig, connector } = await told();
    const { orderId } = await seedOrder(rig.connection, sale());
    rig.simulator.setUsage(100_000);
    await expect(lookUp(connector, orderId)).rejects.toMatchObject({ code: 'CONNECTOR_THROTTLED' });
    await expect(lookUp(connector, orderId)).rejects.toMatchObject({
      code: 'CONNECTOR_THROTTLED',
      retryAfterMs: 15 * MINUTE,
    });
  });
});

describe('the sender of the simulator', () => {
  test('tells of activated orders that are saved, by itself, with the values of the moment', async () => {
    const { rig, hub, user, setUp, outbound } = await told();
    await setUp(['OrderNumber', 'Description']);
    hub.state.says = { status: 200, headers: {}, body: '' };
    const { orderId } = await seedOrder(rig.connection, sale({ description: 'A & B' }));
    await outbound.flush();
    await user.call('PATCH', `/sobjects/Order/${orderId}`, { Description: '<later>' });
    await outbound.flush();
    hub.state.says = undefined;
    rig.clock.advance(15_000);
    await outbound.flush();
    expect(hub.bodies[0]).toContain('<sf:Description>A &amp; B</sf:Description>');
    const orders = [...hub.kept.values()].map(({ body }) => (body as { order: Record<string, unknown> }).order);
    expect(orders.map((order) => order['Description'])).toEqual(['<later>', '<later>']);
  });

  test('puts up to a hundred into one message', async () => {
    const { rig, hub, setUp, outbound } = await told();
    const { orderId } = await seedOrder(rig.connection, sale());
    await setUp();
    for (let i = 0; i < 230; i += 1) outbound.queue(orderId);
    await outbound.flush();
    expect(hub.bodies.map((body) => body.match(/<Notification>/g)?.length)).toEqual([100, 100, 30]);
    expect(hub.kept.size).toBe(230);
  });

  test.each([
    [
      'Ack false',
      200,
      '<E:Envelope xmlns:E="e"><E:Body><notificationsResponse><Ack>false</Ack></notificationsResponse></E:Body></E:Envelope>',
    ],
    ['no Ack', 200, '<Envelope><Body/></Envelope>'],
    ['JSON', 200, '{"Ack":true}'],
    [
      'another status',
      202,
      '<Envelope><Body><notificationsResponse><Ack>true</Ack></notificationsResponse></Body></Envelope>',
    ],
  ])('%s does not take the message', async (_, status, body) => {
    const { hub, outbound } = await threeOrders();
    hub.state.says = { status, headers: {}, body };
    await outbound.flush();
    expect(outbound.inspect()).toMatchObject({ acknowledged: 0, waiting: [{ attempts: 1 }, {}, {}] });
  });

  test('waits twice as long each time, two hours at most, and gives up after a day', async () => {
    const { rig, hub, outbound } = await threeOrders();
    hub.state.says = { status: 500, headers: {}, body: '' };
    await outbound.flush();
    const gaps: number[] = [];
    let sinceMs = 0;
    for (let ms = 0; ms < 25 * HOUR; ms += 15_000) {
      rig.clock.advance(15_000);
      sinceMs += 15_000;
      const before = hub.bodies.length;
      await outbound.flush();
      if (hub.bodies.length === before) continue;
      gaps.push(sinceMs);
      sinceMs = 0;
    }
    const doubling = Array.from({ length: 9 }, (_, i) => 15_000 * 2 ** i);
    expect(gaps.slice(0, 9)).toEqual(doubling);
    expect(new Set(gaps.slice(9))).toEqual(new Set([2 * HOUR]));
    expect(outbound.inspect()).toMatchObject({ acknowledged: 0, dropped: 3, waiting: [] });
  });

  test('may send the newest first; a deleted record comes without data', async () => {
    const { hub, ids, outbound, user, rig } = await threeOrders();
    hub.state.says = { status: 503, headers: {}, body: '' };
    await outbound.flush();
    await user.call('PATCH', `/sobjects/Order/${ids[1]}`, { Status: 'Draft' });
    await user.call('DELETE', `/sobjects/Order/${ids[1]}`);
    outbound.knobs.disorder = true;
    hub.state.says = undefined;
    rig.clock.advance(15_000);
    await outbound.flush();
    expect(hub.bodies.at(-1)?.match(/<Notification>/g)).toHaveLength(3);
    expect([...hub.kept.values()].map(({ correlation }) => correlation.ref.id)).toEqual([ids[2], ids[0]]);
  });

  test('what waits survives a restart, and is not sent twice', async () => {
    const journal = new MemoryJournal();
    const first = await threeOrders(journal);
    first.hub.state.says = { status: 503, headers: {}, body: '' };
    await first.outbound.flush();
    first.hub.state.says = undefined;
    const second = await start({}, journal);
    await second.simulator.outbound.flush();
    expect(first.hub.kept.size).toBe(3);
    const third = await start({}, journal);
    const sent = first.hub.bodies.length;
    await third.simulator.outbound.flush();
    expect(first.hub.bodies).toHaveLength(sent);
  });

  test('is set up once, with fields of Order only, and can be taken away', async () => {
    const { rig, user, setUp, outbound } = await told();
    await expect(setUp(['Colour'])).rejects.toThrow(/FIELD_INTEGRITY_EXCEPTION/);
    const { id } = (await setUp()) as { id: string };
    await expect(setUp()).rejects.toThrow(/DUPLICATE_DEVELOPER_NAME/);
    await user.call('DELETE', `/tooling/sobjects/WorkflowOutboundMessage/${id}`);
    await seedOrder(rig.connection, sale());
    expect(outbound.inspect().queued).toBe(0);
  });
});
