import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, randomKey, startRig } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const line = (more: object = {}) => ({
  ref: 'l1',
  product: 'HW-GATEWAY',
  quantity: '2',
  unitPrice: '12000',
  taxRate: '0.13',
  ...more,
});
const order = (more: object = {}) => ({
  schema: 'order/v1',
  orderDate: '2026-11-18',
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司' },
  shipTo: { country: 'CN', street: '示例路 1 号' },
  lines: [line()],
  ...more,
});
const post = (body: unknown, key = randomKey()) =>
  rig.api.post('/api/v1/orders', body, { headers: { 'idempotency-key': key, 'content-type': 'application/json' } });

const paths = (problem: { path?: string; issues?: { path: string }[] }): string[] => [
  ...(problem.issues ?? []).map((issue) => issue.path),
  ...(problem.path === undefined ? [] : [problem.path]),
];

describe('orders over the API', () => {
  const faults: [name: string, body: object, path: string][] = [
    ['an unknown product', order({ lines: [line({ product: 'NO-SUCH' })] }), '$.lines[0].product'],
    ['a negative quantity', order({ lines: [line({ quantity: '-1' })] }), '$.lines[0].quantity'],
    ['totals that do not add up', order({ totals: { gross: '1.00' } }), '$.totals.gross'],
    ['a line amount that does not add up', order({ lines: [line({ netAmount: '5.00' })] }), '$.lines[0].netAmount'],
    ['an unknown currency', order({ currency: 'XXX' }), '$.currency'],
    [
      'dates out of order',
      order({ lines: [line({ termStart: '2026-12-02', termEnd: '2026-12-01' })] }),
      '$.lines[0].termEnd',
    ],
    ['the same line twice', order({ lines: [line(), line()] }), '$.lines[1].ref'],
    ['a missing field', order({ customer: { code: 'C001' } }), '$.customer.name'],
    ['a field nobody knows', order({ discount: 5 }), '$.discount'],
  ];
  test.each(faults)('%s is refused with its path, and nothing is stored', async (_name, body, path) => {
    const key = randomKey();
    const { status, data, headers } = await post(body, key);
    expect([400, 422]).toContain(status);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(paths(data)).toContain(path);
    expect(data.titleZh).toMatch(/[\u4e00-\u9fff]/);
    expect(await rig.running.hub.models.orders.countDocuments({ 'idempotency.key': key })).toBe(0);
  });

  test('malformed JSON is refused with its position', async () => {
    const { status, data } = await post(Buffer.from('{"schema": "order/v1", '));
    expect(status).toBe(400);
    expect(data).toMatchObject({ code: expect.any(String), path: expect.any(String) });
  });

  test('a body over the limit is refused', async () => {
    const { status, data } = await post(order({ note: 'x'.repeat(1_500_000) }));
    expect(status).toBe(413);
    expect(data.code).toBe('INBOX_BODY_TOO_LARGE');
  });

  test('an order without a key is refused', async () => {
    const { status } = await rig.api.post('/api/v1/orders', order());
    expect(status).toBe(400);
  });

  test('one key makes one order: 201, 200, and 422 for another body', async () => {
    const key = randomKey();
    const first = await post(order(), key);
    const again = await post(order(), key);
    const other = await post(order({ poNumber: 'other' }), key);
    expect([first.status, again.status, other.status]).toEqual([201, 200, 422]);
    expect(again.data.orderId).toBe(first.data.orderId);
    expect(other.data.code).toBe('ORDER_KEY_REUSED');
  });

  test('the same key at the same moment makes one order', async () => {
    const key = randomKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(order(), key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true);
    expect(await rig.running.hub.models.orders.countDocuments({ 'idempotency.key': key })).toBe(1);
  });
});

describe('messages from outside', () => {
  const inbound = (connection: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    rig.api.post(`/api/v1/inbound/${connection}`, Buffer.from(body), {
      headers: { 'content-type': 'application/json', ...headers },
    });

  /** Signs as the sender does, by the published rule and not with the hub's own code. */
  function signed(body: string, secret = rig.salesforce.secrets['webhookSecret'] ?? ''): Record<string, string> {
    const id = `evt-${randomKey()}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  }

  test('an unknown connection is a 404 and stores nothing', async () => {
    const before = await rig.running.hub.models.quarantine.countDocuments({});
    const { status, data } = await inbound('nobody', '{}');
    expect([status, data.code]).toEqual([404, 'CONNECTION_UNKNOWN']);
    expect(await rig.running.hub.models.quarantine.countDocuments({})).toBe(before);
  });

  test('a wrong signature is a 401 and waits in quarantine', async () => {
    const before = await rig.running.hub.models.quarantine.countDocuments({ connection: 'salesforce' });
    const { status, data } = await inbound(
      'salesforce',
      '{}',
      signed('{}', 'whsec_d3Jvbmcgc2VjcmV0IHdyb25nIHNlY3JldA=='),
    );
    expect([status, data.code]).toEqual([401, 'INBOX_BAD_SIGNATURE']);
    expect(await rig.running.hub.models.quarantine.countDocuments({ connection: 'salesforce' })).toBe(before + 1);
  });

  test('no signature at all is a 401', async () => {
    expect((await inbound('salesforce', '{}')).status).toBe(401);
  });

  test('a good signature over malformed JSON is a 400, and the message is kept', async () => {
    const body = '{"eventId": "e", "order": {';
    const { status, data } = await inbound('salesforce', body, signed(body));
    expect([status, data.code]).toEqual([400, 'INBOX_BODY_MALFORMED']);
    const { data: page } = await rig.api.get('/api/v1/messages', { params: { state: 'refused' } });
    const { data: kept } = await rig.api.get(`/api/v1/messages/${page.items[0].messageId}`);
    expect(kept.body).toBe(body);
  });

  test('too large a message is a 413', async () => {
    const body = Buffer.alloc(9 * 1024 * 1024, 0x20);
    expect((await inbound('salesforce', body)).status).toBe(413);
  });

  test('an order the mapping cannot read is parked with path and reason, and replayed once it can', async () => {
    const record = {
      Id: '8015g000000ZzZzAAK',
      SystemModstamp: '2026-11-18T08:00:00.000+0000',
      Status: 'Activated',
      OrderNumber: '00009999',
      EffectiveDate: '2026-11-18',
      CurrencyIsoCode: 'CNY',
      Account: { AccountNumber: 'C001', Name: '杭州云帆智能制造有限公司' },
      OrderItems: {
        totalSize: 1,
        done: true,
        records: [
          {
            Id: '8025g000000ZzZzAAK',
            Quantity: 1,
            UnitPrice: 10,
            TaxRate__c: 13,
            Product2: { ProductCode: 'NO-SUCH-PRODUCT', Family: 'Hardware', Name: 'x' },
          },
        ],
      },
    };
    const body = JSON.stringify({ eventId: 'evt-parked', order: record });
    const { status, data } = await inbound('salesforce', body, { ...signed(body), prefer: 'wait=10' });
    expect(status).toBe(200);
    expect(data).toMatchObject({ state: 'parked', problem: { code: expect.any(String), fix: expect.any(String) } });
    expect(paths(data.problem)).toContain('$.lines[0].product');
    const replay = await rig.api.post(`/api/v1/messages/${data.messageId}/replay`);
    expect(replay.status).toBe(202);
  });
});

describe('who may do what', () => {
  test('nobody gets in without signing in, and a viewer cannot decide', async () => {
    const anonymous = await rig.api.get('/api/v1/orders', { headers: { authorization: '' } });
    expect(anonymous.status).toBe(401);
    const { data } = await rig.api.post('/api/v1/api-keys', { name: 'audit', roles: ['auditor'] });
    const asAuditor = { headers: { authorization: `Bearer ${data.key}` } };
    expect((await rig.api.get('/api/v1/orders', asAuditor)).status).toBe(200);
    const refused = await rig.api.post('/api/v1/tasks/any/decision', { decision: 'approve' }, asAuditor);
    expect([refused.status, refused.data.code]).toEqual([403, 'ACCESS_DENIED']);
  });
});
