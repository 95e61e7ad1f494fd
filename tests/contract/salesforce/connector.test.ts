/** Long because one rig serves every case of the vendor's rules, and they are read together. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { salesforce } from '../../../connectors/salesforce/index.js';
import { amendOrder, type SandboxOrder, seedOrder } from '../../../connectors/salesforce/sandbox-orders.js';
import type { SalesforceSimulatorOptions } from '../../../connectors/salesforce/simulator.js';
import type { Connector, InboundMessage } from '../../../core/connector/contract.js';
import { signWebhook, webhookKey } from '../../../core/connector/standard-webhook.js';
import { loadMappings } from '../../../core/mapping/registry.js';
import { effectCall, MemoryJournal, pollOf, pollOnce, type Rig, restUser, startRig, webhookOf } from './rig.js';

const rigs: Rig[] = [];
const start = async (options: SalesforceSimulatorOptions = {}, journal?: MemoryJournal) => {
  const rig = await startRig(options, journal);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

const signal = new AbortController().signal;
const sale = (more: Partial<SandboxOrder> = {}): SandboxOrder => ({
  account: 'C001',
  opportunityName: '云帆一期',
  orderDate: '2026-01-15',
  owner: 'S001',
  lines: [
    {
      sku: 'HW-GATEWAY',
      quantity: 2,
      unitPrice: 11_400,
      listPrice: 12_000,
      discountPercent: 5,
      termStart: '2026-02-01',
    },
    { sku: 'SAAS-PRO', quantity: 10, unitPrice: 3600, termStart: '2026-02-01', termEnd: '2027-01-31' },
  ],
  ...more,
});
type Lines = { records: Record<string, unknown>[]; done: boolean };
const linesOf = (message: InboundMessage | undefined): Lines => {
  if (message === undefined) throw new Error('there is no message');
  return (message.body as { order: { OrderItems: Lines } }).order.OrderItems;
};
const orderIds = (messages: readonly InboundMessage[]) => messages.map((message) => message.correlation.ref.id);
const keys = (messages: readonly InboundMessage[]) => messages.map((message) => message.correlation.dedupeKey);
const updateOf = (connector: Connector) => {
  const [operation] = connector.operations;
  if (operation?.find === undefined) throw new Error('the operation is missing');
  return { send: operation.send, find: operation.find };
};
const wrote = (id: string, status = 'accepted') => ({
  id,
  fields: { Hub_Order_Number__c: 'SO-1', Hub_Status__c: status },
});

describe('order-poll', () => {
  test('an order comes with account, owner, opportunity and lines, as the mapping reads it', async () => {
    const rig = await start();
    const ids = await seedOrder(rig.connection, sale());
    const { messages } = await pollOnce(rig.open());
    expect(messages).toHaveLength(1);
    const [message] = messages;
    expect(message).toMatchObject({
      kind: 'salesforce.order',
      correlation: {
        ref: { type: 'Order', id: ids.orderId },
        creates: true,
        alsoRefs: [{ type: 'Opportunity', id: ids.opportunityId }],
        sourceVersion: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
      body: {
        order: {
          Status: 'Activated',
          CurrencyIsoCode: 'CNY',
          TotalAmount: 58_800,
          OpportunityId: ids.opportunityId,
          Account: { AccountNumber: 'C001', Region__c: 'East', Tier__c: 'Gold' },
          Owner: { EmployeeNumber: 'S001', Name: '李伟' },
          OrderItems: { totalSize: 2, done: true },
        },
      },
    });
    expect(linesOf(message).records).toMatchObject([
      {
        Quantity: 2,
        UnitPrice: 11_400,
        ListPrice: 12_000,
        DiscountPercent__c: 5,
        TaxRate__c: 13,
        Product2: { ProductCode: 'HW-GATEWAY', Family: 'Hardware' },
      },
      {
        Quantity: 10,
        TaxRate__c: 6,
        ServiceDate: '2026-02-01',
        EndDate: '2027-01-31',
        Product2: { Family: 'Subscription' },
      },
    ]);
  });

  test('what was polled becomes an order through the mapping the trigger names', async () => {
    const rig = await start();
    const ids = await seedOrder(rig.connection, sale());
    const connector = rig.open();
    const { messages } = await pollOnce(connector);
    const { output } = await loadMappings('mappings').run(pollOf(connector).mapping, messages[0]?.body);
    expect(output).toMatchObject({
      currency: 'CNY',
      customer: { code: 'C001' },
      owner: { code: 'S001' },
      opportunity: ids.opportunityId,
      lines: [
        { ref: ids.lineIds[0], product: 'HW-GATEWAY', quantity: '2', unitPrice: '11400', deliveryDate: '2026-02-01' },
        { ref: ids.lineIds[1], product: 'SAAS-PRO', taxRate: '0.06', termStart: '2026-02-01', termEnd: '2027-01-31' },
      ],
      totals: { net: '58800' },
    });
  });

  test('drafts are not seen before they are activated', async () => {
    const rig = await start();
    const connector = rig.open();
    const { orderId } = await seedOrder(rig.connection, sale({ activate: false }));
    const before = await pollOnce(connector);
    expect(before.messages).toEqual([]);
    const user = await restUser(rig);
    await user('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
    const after = await pollOnce(connector, before.mark);
    expect(new Set(orderIds(after.messages))).toEqual(new Set([orderId]));
  });

  test('pages and nested pages are followed to the end', async () => {
    const rig = await start({ batchSize: 2, childBatchSize: 3 });
    const lines = Array.from({ length: 8 }, (_, i) => ({ sku: 'SVC-IMPL', quantity: i + 1, unitPrice: 3000 }));
    const made: string[] = [];
    for (let i = 0; i < 5; i++)
      made.push((await seedOrder(rig.connection, sale({ opportunityName: `O${i}`, lines }))).orderId);
    const { messages, pages } = await pollOnce(rig.open());
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(orderIds(messages)).toEqual(made);
    for (const message of messages) {
      expect(linesOf(message)).toMatchObject({ done: true, totalSize: 8 });
      expect(linesOf(message).records.map((line) => line['Quantity'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  test('what was read comes again in the overlap with an equal key, and not after it', async () => {
    const rig = await start();
    const connector = rig.open({ overlapMs: 60_000 });
    await seedOrder(rig.connection, sale());
    const first = await pollOnce(connector);
    const again = await pollOnce(connector, first.mark);
    expect(new Set(keys(again.messages))).toEqual(new Set(keys(first.messages)));
    expect(again.mark).toBe(first.mark);

    rig.clock.advance(120_000);
    const second = await seedOrder(rig.connection, sale({ opportunityName: '二期' }));
    const third = await pollOnce(connector, again.mark);
    const last = await pollOnce(connector, third.mark);
    expect(new Set(orderIds(last.messages))).toEqual(new Set([second.orderId]));
  });

  test('a page handed out but not consumed does not move the watermark past it', async () => {
    const rig = await start({ batchSize: 1 });
    const connector = rig.open({ overlapMs: 0 });
    const first = await seedOrder(rig.connection, sale({ opportunityName: 'A' }));
    const second = await seedOrder(rig.connection, sale({ opportunityName: 'B' }));
    let mark: string | undefined;
    for await (const page of pollOf(connector).poll(undefined, signal)) {
      expect(orderIds(page.messages)).toEqual([first.orderId]);
      mark = page.watermark;
      break;
    }
    const rest = await pollOnce(connector, mark);
    expect(orderIds(rest.messages)).toContain(second.orderId);
  });

  test('a changed line brings its order again with a higher version, although the order has no new stamp', async () => {
    const rig = await start();
    const connector = rig.open({ overlapMs: 0 });
    const { orderId, lineIds } = await seedOrder(rig.connection, sale());
    const first = await pollOnce(connector);
    const user = await restUser(rig);
    rig.clock.advance(60_000);
    await user('PATCH', `/sobjects/OrderItem/${lineIds[0]}`, { Description: '加急' });
    const second = await pollOnce(connector, first.mark);
    const news = second.messages.at(-1);
    expect(news?.correlation.ref.id).toBe(orderId);
    expect(linesOf(news).records[0]).toMatchObject({ Description: '加急' });
    expect(String(news?.correlation.sourceVersion) > String(first.messages[0]?.correlation.sourceVersion)).toBe(true);
  });

  test('a deleted line counts as a change of its order', async () => {
    const rig = await start();
    const connector = rig.open({ overlapMs: 0, orderStatuses: ['Draft'] });
    const { lineIds } = await seedOrder(rig.connection, sale({ activate: false }));
    const first = await pollOnce(connector);
    const user = await restUser(rig);
    rig.clock.advance(60_000);
    await user('DELETE', `/sobjects/OrderItem/${lineIds[1]}`);
    const news = (await pollOnce(connector, first.mark)).messages.at(-1);
    expect(linesOf(news).records).toHaveLength(1);
    expect(keys(first.messages)).not.toContain(news?.correlation.dedupeKey);
  });

  test('an amended order comes with its new quantities', async () => {
    const rig = await start();
    const connector = rig.open();
    const { orderId, lineIds } = await seedOrder(rig.connection, sale());
    const first = await pollOnce(connector);
    await amendOrder(rig.connection, orderId, [{ lineId: String(lineIds[0]), quantity: 7 }]);
    const { messages } = await pollOnce(connector, first.mark);
    expect(linesOf(messages.at(-1)).records[0]).toMatchObject({ Quantity: 7 });
  });

  test('a list price other than the standard one is kept through a price book of the order', async () => {
    const rig = await start();
    await seedOrder(
      rig.connection,
      sale({ currency: 'USD', lines: [{ sku: 'HW-SERVER', quantity: 1, unitPrice: '9000.50', listPrice: 9999 }] }),
    );
    const { messages } = await pollOnce(rig.open());
    expect(linesOf(messages[0]).records).toMatchObject([{ ListPrice: 9999, UnitPrice: 9000.5 }]);
  });

  test('reading pauses when the daily calls are used up, and looks again later', async () => {
    const rig = await start();
    const connector = rig.open();
    await seedOrder(rig.connection, sale());
    rig.simulator.setUsage(100, 100);
    await expect(pollOnce(connector)).rejects.toMatchObject({ code: 'CONNECTOR_THROTTLED', cure: 'wait' });
    const calls = rig.simulator.inspect()['calls'];
    rig.simulator.setUsage(0);
    await expect(pollOnce(connector)).rejects.toMatchObject({ code: 'CONNECTOR_THROTTLED', retryAfterMs: 900_000 });
    expect([calls, rig.simulator.inspect()['calls']]).toEqual([100, 0]);
    rig.clock.advance(900_000);
    expect((await pollOnce(connector)).messages.length).toBeGreaterThan(0);
  });
});

describe('sessions', () => {
  test('five parallel calls with a revoked session share one new login', async () => {
    const rig = await start();
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    await updateOf(connector).send(effectCall(wrote(opportunityId)));
    const before = Number(rig.simulator.inspect()['logins']);
    rig.simulator.revoke();
    const call = effectCall(wrote(opportunityId));
    const found = await Promise.all(Array.from({ length: 5 }, () => updateOf(connector).find(call)));
    expect(found.map((one) => one?.complete)).toEqual([true, true, true, true, true]);
    expect(Number(rig.simulator.inspect()['logins']) - before).toBe(1);
  });

  test('a second refusal right after signing in stops', async () => {
    const rig = await start();
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    const before = Number(rig.simulator.inspect()['logins']);
    rig.simulator.inject({ kind: 'refuse', on: 'Opportunity.update', times: 10, code: 'INVALID_SESSION_ID' });
    const sent = updateOf(connector).send(effectCall(wrote(opportunityId)));
    await expect(sent).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED_LOGIN', cure: 'setup' });
    expect(Number(rig.simulator.inspect()['logins']) - before).toBe(2);
  });

  test('wrong credentials and another organisation are a refused login', async () => {
    const rig = await start();
    const context = { connection: 'crm', clock: rig.clock, nonce: () => 'n', ...rig.connection };
    const wrong = salesforce.open({ ...context, secrets: { clientSecret: 'nope' } });
    await expect(pollOnce(wrong)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED_LOGIN' });
    const elsewhere = rig.open({ organizationId: '00D000000000001' });
    await expect(pollOnce(elsewhere)).rejects.toThrow(/organisation 00D5g000004XyZEEA0/);
    await wrong.close();
  });
});

describe('opportunity.update-status', () => {
  test('writes the fields, reads them back, and the echo has an unchanged order in it', async () => {
    const rig = await start();
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    const first = await pollOnce(connector);
    const { send, find } = updateOf(connector);
    const call = effectCall(wrote(opportunityId));
    expect(await find(call)).toBeUndefined();
    expect(await send(call)).toMatchObject({ remoteId: opportunityId, alreadyThere: false });
    expect(await find(call)).toMatchObject({ complete: true, receipt: { alreadyThere: true } });
    expect(rig.simulator.inspect()).toMatchObject({
      opportunities: [
        { id: opportunityId, Hub_Order_Number__c: 'SO-1', Hub_Status__c: 'accepted', stage: 'Closed Won' },
      ],
      opportunityWrites: { [opportunityId]: { 'SO-1|accepted': 1 } },
    });

    const echo = (await pollOnce(connector, first.mark)).messages.at(-1);
    expect(keys(first.messages)).not.toContain(echo?.correlation.dedupeKey);
    expect(withoutWrittenBack(echo?.body)).toEqual(withoutWrittenBack(first.messages[0]?.body));
  });

  test('without the automation the order does not come again', async () => {
    const rig = await start({ echo: false });
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    const first = await pollOnce(connector);
    await updateOf(connector).send(effectCall(wrote(opportunityId)));
    const { messages } = await pollOnce(connector, first.mark);
    expect(new Set(keys(messages))).toEqual(new Set(keys(first.messages)));
  });

  test('a lost answer is settled by asking, and sending again ends in the same state', async () => {
    const rig = await start();
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    const { send, find } = updateOf(connector);
    const call = effectCall(wrote(opportunityId));
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'Opportunity.update', times: 1 });
    await expect(send(call)).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN', cause: expect.anything() });
    expect(await find(call)).toMatchObject({ complete: true });
    await send(call);
    expect(rig.simulator.inspect()).toMatchObject({ opportunityWrites: { [opportunityId]: { 'SO-1|accepted': 2 } } });

    rig.simulator.inject({ kind: 'dropBefore', on: 'Opportunity.update', times: 1 });
    const lost = effectCall(wrote(opportunityId, 'shipped'));
    await expect(send(lost)).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    expect(await find(lost)).toBeUndefined();
  });

  test('a late answer is unknown after the timeout', async () => {
    const rig = await start();
    const connector = rig.open({ timeoutMs: 100 });
    const { opportunityId } = await seedOrder(rig.connection, sale());
    rig.simulator.inject({ kind: 'delay', on: 'Opportunity.update', times: 1, delayMs: 400 });
    const sent = updateOf(connector).send(effectCall(wrote(opportunityId)));
    await expect(sent).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
  });

  test.each([
    ['UNABLE_TO_LOCK_ROW', 'CONNECTOR_THROTTLED'],
    ['REQUEST_LIMIT_EXCEEDED', 'CONNECTOR_THROTTLED'],
    ['SERVER_UNAVAILABLE', 'CONNECTOR_UNREACHABLE'],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'CONNECTOR_NO_PERMISSION'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'CONNECTOR_REFUSED'],
    ['UNKNOWN_EXCEPTION', 'CONNECTOR_OUTCOME_UNKNOWN'],
  ])('%s is told as %s, and the next call works', async (code, hubCode) => {
    const rig = await start();
    const connector = rig.open();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    rig.simulator.inject({ kind: 'refuse', on: 'Opportunity.update', times: 1, code });
    const { send } = updateOf(connector);
    await expect(send(effectCall(wrote(opportunityId)))).rejects.toMatchObject({ code: hubCode });
    expect(rig.simulator.inspect()['opportunityWrites']).toEqual({});
    expect(await send(effectCall(wrote(opportunityId)))).toMatchObject({ remoteId: opportunityId });
  });

  test('a refusal names the field', async () => {
    const rig = await start();
    const { opportunityId } = await seedOrder(rig.connection, sale());
    const payload = { ...wrote(opportunityId), fields: { ...wrote(opportunityId).fields, StageName: 'Wished' } };
    const sent = updateOf(rig.open()).send(effectCall(payload));
    await expect(sent).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringContaining('[StageName]'),
    });
  });

  test('an opportunity that is gone is refused, a wrong payload is our fault', async () => {
    const rig = await start();
    const { send } = updateOf(rig.open());
    await expect(send(effectCall(wrote('0065g0000000000')))).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' });
    await expect(send(effectCall({ id: '801', fields: {} }))).rejects.toMatchObject({ code: 'MAPPING_OUTPUT_INVALID' });
  });

  test('a dark system wrote nothing', async () => {
    const rig = await startRig();
    const connector = rig.open();
    await rig.stop();
    const sent = updateOf(connector).send(effectCall(wrote('0065g0000000000')));
    await expect(sent).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE', cause: expect.anything() });
  });
});

/** The comparison the hub makes: fields named by `writtenBack` do not count. */
function withoutWrittenBack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWrittenBack);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !salesforce.writtenBack.includes(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutWrittenBack(inner)]));
}

describe('order-callout', () => {
  const sample = readFileSync(new URL('./callout.json', import.meta.url), 'utf8');
  const post = (rig: Rig, body: string, change: Record<string, string | undefined> = {}) => {
    const key = webhookKey(rig.connection.secrets['webhookSecret'] ?? '');
    const timestamp = Math.floor(rig.clock.now().getTime() / 1000);
    const signature = signWebhook(key, 'msg_1', timestamp, Buffer.from(body));
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
    return { headers: { ...headers, ...change }, query: '', body: Buffer.from(body) };
  };
  const read = (rig: Rig, body: string, change?: Record<string, string | undefined>) => () =>
    webhookOf(rig.open()).read(post(rig, body, change));
  const fails = (code: string, facts: object = {}) =>
    expect.objectContaining({ code, facts: expect.objectContaining(facts) });

  test('a signed order is taken, digits and all', async () => {
    const rig = await start();
    expect(read(rig, sample)()).toMatchObject({
      kind: 'salesforce.order',
      correlation: {
        ref: { type: 'Order', id: '8015g000000AbCdAAK' },
        dedupeKey: '8015g000000AbCdAAK@2026-01-15T09:29:58.000Z',
        alsoRefs: [{ type: 'Opportunity', id: '0065g000000AbCdAAK' }],
      },
      body: { order: { OrderItems: { records: [{ UnitPrice: '12345678901234567.89' }] } } },
    });
  });

  test('bad, old, missing and foreign signatures are refused before the body is read', async () => {
    const rig = await start();
    const broken = '{"eventId": 1,}';
    expect(read(rig, broken, { 'webhook-signature': 'v1,AAAA' })).toThrow(fails('INBOX_BAD_SIGNATURE'));
    expect(read(rig, sample, { 'webhook-id': undefined })).toThrow(fails('INBOX_BAD_SIGNATURE'));
    const request = post(rig, sample);
    rig.clock.advance(301_000);
    expect(() => webhookOf(rig.open()).read(request)).toThrow(fails('INBOX_BAD_SIGNATURE'));
  });

  test('several signatures and several secrets: one fit is enough', async () => {
    const rig = await start();
    const request = post(rig, sample);
    const several = `v1,AAAA v2,xx ${request.headers['webhook-signature']}`;
    expect(read(rig, sample, { 'webhook-signature': several })).not.toThrow();
    const other = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
    const secrets = { ...rig.connection.secrets, webhookSecret: `${other} ${rig.connection.secrets['webhookSecret']}` };
    const rotated = salesforce.open({
      connection: 'crm',
      ...rig.connection,
      secrets,
      clock: rig.clock,
      nonce: () => 'n',
    });
    expect(() => webhookOf(rotated).read(request)).not.toThrow();
    const without = salesforce.open({
      connection: 'crm',
      ...rig.connection,
      secrets: { clientSecret: 'x' },
      clock: rig.clock,
      nonce: () => 'n',
    });
    expect(() => webhookOf(without).read(request)).toThrow(fails('INBOX_BAD_SIGNATURE'));
  });

  test.each([
    ['{"eventId": "e", "order": {"Id": nope}}', '$.order.Id'],
    ['[]', '$'],
    ['{"order":{}}', '$.eventId'],
    ['{"eventId":"e"}', '$.order'],
    ['{"eventId":"e","order":{"Id":"8015g000000AbCd"}}', '$.order.OrderItems'],
    ['{"eventId":"e","order":{"OrderItems":{"done":false,"records":[]}}}', '$.order.OrderItems'],
    ['{"eventId":"e","order":{"Id":"8015g000000AbCd","OrderItems":{"records":[]}}}', '$.order'],
  ])('%s is malformed at %s', async (body, path) => {
    const rig = await start();
    expect(read(rig, body)).toThrow(fails('INBOX_BODY_MALFORMED', { path }));
  });

  test('an order in a status nobody reads is no message', async () => {
    const rig = await start();
    expect(read(rig, sample.replace('"Activated"', '"Draft"'))()).toEqual([]);
  });
});

describe('probe', () => {
  test('proves login, limits and fields, and writes nothing', async () => {
    const rig = await start();
    await seedOrder(rig.connection, sale());
    const before = rig.journal.entries().length;
    const checks = await rig.open().probe(signal);
    expect(checks.map((check) => check.ok)).toEqual([true, true, true, true]);
    expect(checks[1]?.said).toMatch(/^\d+ \/ 100000$/);
    expect(rig.journal.entries().length).toBe(before);
  });

  test('stops at the first fault', async () => {
    const rig = await start();
    rig.simulator.inject({ kind: 'refuse', on: 'query', times: 1, code: 'INVALID_FIELD' });
    expect(await rig.open().probe(signal)).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, said: expect.stringContaining('INVALID_FIELD') },
    ]);
  });
});

test('the simulator rebuilds itself from its journal', async () => {
  const journal = new MemoryJournal();
  const first = await startRig({}, journal);
  const { opportunityId, orderId, lineIds } = await seedOrder(first.connection, sale());
  await updateOf(first.open()).send(effectCall(wrote(opportunityId)));
  await amendOrder(first.connection, orderId, [{ lineId: String(lineIds[0]), quantity: 5 }]);
  const { orders, opportunities, opportunityWrites } = first.simulator.inspect();
  const { mark } = await pollOnce(first.open());
  await first.stop();

  const second = await start({}, journal);
  expect(second.simulator.inspect()).toMatchObject({ orders, opportunities, opportunityWrites });
  const next = await seedOrder(second.connection, sale({ opportunityName: '二期' }));
  expect(next.orderId).not.toBe(orderId);
  const { messages } = await pollOnce(second.open({ overlapMs: 0 }), mark);
  expect(orderIds(messages)).toContain(next.orderId);
});

test('digits that a double cannot hold survive a poll, redirects are not followed', async () => {
  const order =
    '{"Id":"8015g000000AbCdAAK","SystemModstamp":"2026-01-15T09:29:58.000+0000","TotalAmount":12345678901234567.89,"OrderItems":null}';
  const server = createServer((request, response) => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answers: readonly (readonly [RegExp, string])[] = [
      [/oauth2/, JSON.stringify({ access_token: 't', instance_url: address, id: 'x/id/00D5g000004XyZEEA0/u' })],
      [/FROM\+OrderItem\+WHERE|DESC/, '{"totalSize":0,"done":true,"records":[]}'],
      [/FROM\+Order\+/, `{"totalSize":1,"done":true,"records":[${order}]}`],
    ];
    const found = answers.find(([pattern]) => pattern.test(request.url ?? ''));
    if (found === undefined) response.writeHead(302, { Location: `${address}/services/oauth2/token` }).end();
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(found[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const settings = { loginUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clientId: 'c' };
  const clock = { now: () => new Date(), monotonicMs: () => 0 };
  const connector = salesforce.open({
    connection: 'crm',
    settings,
    secrets: { clientSecret: 's' },
    clock,
    nonce: () => 'n',
  });
  try {
    const { messages } = await pollOnce(connector);
    expect(messages[0]?.body).toMatchObject({
      order: { TotalAmount: '12345678901234567.89', OrderItems: { records: [] } },
    });
    const sent = updateOf(connector).send(effectCall(wrote('0065g000000AbCd')));
    await expect(sent).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringContaining('HTTP 302'),
    });
  } finally {
    await connector.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
