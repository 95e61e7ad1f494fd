/** Long because one rig serves every case of the vendor's rules, and they are read together. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { INTEGRATION_USERNAME } from '../../../connectors/salesforce/simulator/seed.js';
import type { SalesforceSimulatorOptions } from '../../../connectors/salesforce/simulator.js';
import { type Rig, restUser, startRig } from './rig.js';

const rigs: Rig[] = [];
const start = async (options: SalesforceSimulatorOptions = {}) => {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

const login = async (rig: Rig, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${rig.baseUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const credentials = (rig: Rig) => ({
  grant_type: 'client_credentials',
  client_id: String(rig.connection.settings['clientId']),
  client_secret: String(rig.connection.secrets['clientSecret']),
});

type User = Awaited<ReturnType<typeof restUser>>;
const query = (user: User, soql: string, path = 'query') => user('GET', `/${path}?${new URLSearchParams({ q: soql })}`);
const records = async (user: User, soql: string, path = 'query') =>
  ((await query(user, soql, path)).body as { records: Record<string, unknown>[] }).records;
const firstId = async (user: User, soql: string) => String((await records(user, soql))[0]?.['Id']);
const refusal = (errorCode: string, more: object = {}) => [expect.objectContaining({ errorCode, ...more })];

const draft = async (user: User, more: object = {}) => ({
  AccountId: await firstId(user, "SELECT Id FROM Account WHERE AccountNumber = 'C001'"),
  Pricebook2Id: await firstId(user, 'SELECT Id FROM Pricebook2'),
  EffectiveDate: '2026-01-15',
  Status: 'Draft',
  ...more,
});
const entryOf = (user: User, sku: string) =>
  firstId(user, `SELECT Id FROM PricebookEntry WHERE Product2.ProductCode = '${sku}' AND CurrencyIsoCode = 'CNY'`);
const idOf = (answer: { body: unknown }) => (answer.body as { id: string }).id;

describe('1 client credentials', () => {
  test('answer a token without an end and without a refresh token', async () => {
    const rig = await start();
    const { status, body } = await login(rig, credentials(rig));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      instance_url: rig.baseUrl,
      issued_at: expect.stringMatching(/^\d{13}$/),
    });
    expect(Object.keys(body)).not.toContain('expires_in');
    expect(Object.keys(body)).not.toContain('refresh_token');
  });

  test('may come as HTTP Basic, and must be right', async () => {
    const rig = await start();
    const { client_id, client_secret, grant_type } = credentials(rig);
    const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    expect((await login(rig, { grant_type }, { Authorization: basic })).status).toBe(200);
    const wrong = await login(rig, { ...credentials(rig), client_secret: 'nope' });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
    expect(await login(rig, { grant_type: 'password' })).toMatchObject({ body: { error: 'unsupported_grant_type' } });
  });

  test('are taken as a form only', async () => {
    const rig = await start();
    const answer = await fetch(`${rig.baseUrl}/services/oauth2/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(credentials(rig)),
    });
    expect(answer.status).toBe(400);
  });
});

describe('2 JWT bearer', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwtPublicKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const loginWith = async (rig: Rig, claims: object, alg = 'RS256') => {
    const exp = Math.floor(rig.clock.now().getTime() / 1000) + 120;
    const base = {
      iss: credentials(rig).client_id,
      sub: INTEGRATION_USERNAME,
      aud: 'https://login.salesforce.com',
      exp,
    };
    const signed = `${encode({ alg })}.${encode({ ...base, ...claims })}`;
    const assertion = `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
    return login(rig, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  };

  test('is accepted when all is right', async () => {
    expect(await loginWith(await start({ jwtPublicKey }), {})).toMatchObject({ status: 200 });
  });

  test.each([
    ['exp in milliseconds', { exp: Date.UTC(2026, 0, 15, 9, 32) }],
    ['exp in the past', { exp: Date.UTC(2026, 0, 15, 9, 29) / 1000 }],
    ['another audience', { aud: 'https://example.com' }],
    ['an unknown user', { sub: 'nobody@example.com' }],
  ])('is refused with %s', async (_, claims) => {
    const rig = await start({ jwtPublicKey });
    expect(await loginWith(rig, claims)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('is refused for a user nobody approved, another key, and no signature', async () => {
    const unapproved = await start({ jwtPublicKey, approvedUsers: [] });
    expect(await loginWith(unapproved, {})).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
    const otherKey = await start({ jwtPublicKey: other.toString() });
    expect(await loginWith(otherKey, {})).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const rig = await start({ jwtPublicKey });
    expect(await loginWith(rig, {}, 'none')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

test('3 a query of 4,500 rows comes in 2000, 2000 and 500', async () => {
  const rig = await start();
  const user = await restUser(rig);
  const order = await draft(user);
  const record = { attributes: { type: 'Order' }, ...order };
  for (let made = 0; made < 4500; made += 180) {
    const answer = await user('POST', '/composite/sobjects', { allOrNone: true, records: Array(180).fill(record) });
    expect(answer.status).toBe(200);
  }
  const seen: { size: number; done: boolean; total: number }[] = [];
  let path: string | undefined = '/query?q=SELECT+Id+FROM+Order';
  while (path !== undefined) {
    const { body } = await user('GET', path);
    const page = body as { records: unknown[]; done: boolean; totalSize: number; nextRecordsUrl?: string };
    seen.push({ size: page.records.length, done: page.done, total: page.totalSize });
    path = page.nextRecordsUrl;
  }
  expect(seen).toEqual([
    { size: 2000, done: false, total: 4500 },
    { size: 2000, done: false, total: 4500 },
    { size: 500, done: true, total: 4500 },
  ]);
});

describe('4 SOQL', () => {
  test.each([
    ['SELEKT Id', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Order WHERE', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Order WHERE Status = 'Draft", 'MALFORMED_QUERY'],
    ['SELECT Id FROM Order LIMIT many', 'MALFORMED_QUERY'],
    ['SELECT Id, Nonsense__c FROM Order', 'INVALID_FIELD'],
    ['SELECT Id FROM Order WHERE Nonsense__c = 1', 'INVALID_FIELD'],
    ['SELECT Account.Nonsense FROM Order', 'INVALID_FIELD'],
    ['SELECT Owner.EmployeeNumber FROM Order', 'INVALID_FIELD'],
    ["SELECT Id FROM Order WHERE SystemModstamp >= '2026-01-15T09:30:00Z'", 'INVALID_FIELD'],
    ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
    ['SELECT Id, (SELECT Id FROM Nothings) FROM Order', 'INVALID_TYPE'],
  ])('%s is refused as %s', async (soql, code) => {
    const user = await restUser(await start());
    expect(await query(user, soql)).toMatchObject({ status: 400, body: refusal(code) });
  });

  test.each([
    ["AccountNumber = 'C001'", ['C001']],
    ["AccountNumber < 'C003'", ['C001', 'C002']],
    ["AccountNumber IN ('C001', 'c012') AND Region__c != 'East'", ['C012']],
    ["(AccountNumber = 'C001' OR AccountNumber = 'C002') AND Tier__c = 'Strategic'", ['C002']],
    ["AccountNumber = 'C001' OR AccountNumber = 'C002' AND Tier__c = 'Gold'", ['C001']],
    ["NOT AccountNumber LIKE 'C00%' AND AccountNumber NOT IN ('C010')", ['C011', 'C012']],
    ["AccountNumber LIKE 'C_02'", ['C002']],
    ["Owner.EmployeeNumber = 'S001' AND AccountNumber >= 'C010'", ['C010']],
    ["Phone = null AND CreatedDate > 2025-01-01T00:00:00+08:00 AND AccountNumber <= 'C001'", ['C001']],
  ])('WHERE %s', async (where, numbers) => {
    const user = await restUser(await start());
    const found = await records(user, `SELECT AccountNumber FROM Account WHERE ${where} ORDER BY AccountNumber`);
    expect(found.map((row) => row['AccountNumber'])).toEqual(numbers);
  });

  test('ORDER BY, LIMIT, relations, TYPEOF and attributes', async () => {
    const user = await restUser(await start());
    const [account] = await records(user, 'SELECT Name, Owner.Name FROM Account ORDER BY AccountNumber DESC LIMIT 1');
    expect(account).toMatchObject({
      attributes: { type: 'Account', url: expect.stringMatching(/^\/services\/data\/v62\.0\/sobjects\/Account\/001/) },
      Name: '新加坡狮城贸易私人有限公司',
      Owner: { attributes: { type: 'User' }, Name: '陈静' },
    });
    await user('POST', '/sobjects/Order', await draft(user));
    const soql =
      'SELECT TYPEOF Owner WHEN User THEN Username ELSE Name END, Opportunity.Name, BillingAddress FROM Order';
    expect(await records(user, soql)).toMatchObject([
      { Owner: { Username: INTEGRATION_USERNAME }, Opportunity: null, BillingAddress: null },
    ]);
  });

  test('an unknown locator is refused', async () => {
    const user = await restUser(await start());
    const answer = await user('GET', '/query/01g5g0000000009AAA-2000');
    expect(answer).toMatchObject({ status: 400, body: refusal('INVALID_QUERY_LOCATOR') });
  });
});

describe('5 upsert by external id', () => {
  test('creates, then changes, and never guesses between two', async () => {
    const user = await restUser(await start());
    const body = await draft(user);
    const first = await user('PATCH', '/sobjects/Order/Hub_Key__c/4711', body);
    expect(first).toMatchObject({ status: 201, body: { success: true, errors: [], created: true } });
    const second = await user('PATCH', '/sobjects/Order/Hub_Key__c/4711', { Description: 'again' });
    expect(second).toMatchObject({ status: 200, body: { id: idOf(first), created: false } });
    const old = await user('PATCH', '/services/data/v40.0/sobjects/Order/Hub_Key__c/4711', { Description: 'old' });
    expect(old).toMatchObject({ status: 204, body: undefined });

    await user('POST', '/sobjects/Order', { ...body, Hub_Key__c: '4711' });
    const several = await user('PATCH', '/sobjects/Order/Hub_Key__c/4711', { Description: 'both?' });
    expect(several.status).toBe(300);
    expect(several.body).toHaveLength(2);
    expect((await records(user, 'SELECT Description FROM Order')).map((row) => row['Description'])).toEqual([
      'old',
      null,
    ]);

    const only = await user('PATCH', '/sobjects/Order/Hub_Key__c/4712?updateOnly=true', body);
    expect(only).toMatchObject({ status: 404, body: refusal('NOT_FOUND') });
  });

  test('refuses the key in the body', async () => {
    const user = await restUser(await start());
    const body = { ...(await draft(user)), Hub_Key__c: '1' };
    expect(await user('PATCH', '/sobjects/Order/Hub_Key__c/1', body)).toMatchObject({
      status: 400,
      body: refusal('INVALID_FIELD'),
    });
  });
});

describe('6 what a row must hold', () => {
  test.each([
    ['Opportunity', { Name: 'x', StageName: 'Proposal' }, 'REQUIRED_FIELD_MISSING', ['CloseDate']],
    [
      'Opportunity',
      { Name: 'x', StageName: 'Wished', CloseDate: '2026-01-15' },
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      ['StageName'],
    ],
    [
      'Opportunity',
      { Name: 'x'.repeat(121), StageName: 'Proposal', CloseDate: '2026-01-15' },
      'STRING_TOO_LONG',
      ['Name'],
    ],
    [
      'Opportunity',
      { Name: 'x', StageName: 'Proposal', CloseDate: '2026-01-15', AccountId: '001' },
      'MALFORMED_ID',
      ['AccountId'],
    ],
    [
      'Opportunity',
      { Name: 'x', StageName: 'Proposal', CloseDate: '2026-01-15', AccountId: '0015g00000000zz' },
      'INVALID_CROSS_REFERENCE_KEY',
      ['AccountId'],
    ],
    ['Opportunity', { SystemModstamp: '2026-01-15T09:30:00Z' }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['SystemModstamp']],
    ['Opportunity', { Nonsense: 1 }, 'INVALID_FIELD', undefined],
    ['Opportunity', { CloseDate: '15.01.2026' }, 'JSON_PARSER_ERROR', undefined],
  ])('%s %j is refused as %s', async (type, body, code, fields) => {
    const user = await restUser(await start());
    const answer = await user('POST', `/sobjects/${type}`, body);
    expect(answer).toMatchObject({ status: 400, body: refusal(code, fields === undefined ? {} : { fields }) });
  });

  test('an order begins as a draft, is activated with a line, and is locked then', async () => {
    const user = await restUser(await start());
    const body = await draft(user);
    const active = await user('POST', '/sobjects/Order', { ...body, Status: 'Activated' });
    expect(active).toMatchObject({ status: 400, body: refusal('FAILED_ACTIVATION') });
    const orderId = idOf(await user('POST', '/sobjects/Order', body));
    const tooEarly = await user('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
    expect(tooEarly).toMatchObject({ status: 400, body: refusal('FAILED_ACTIVATION') });
    const line = {
      OrderId: orderId,
      PricebookEntryId: await entryOf(user, 'SVC-IMPL'),
      Quantity: 3,
      UnitPrice: '2999.995',
    };
    const lineId = idOf(await user('POST', '/sobjects/OrderItem', line));
    expect((await user('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' })).status).toBe(204);
    for (const [method, path, given] of [
      ['POST', '/sobjects/OrderItem', line],
      ['PATCH', `/sobjects/OrderItem/${lineId}`, { Quantity: 4 }],
      ['PATCH', `/sobjects/Order/${orderId}`, { EffectiveDate: '2026-02-01' }],
      ['DELETE', `/sobjects/OrderItem/${lineId}`, undefined],
    ] as const) {
      expect((await user(method, path, given)).status).toBe(400);
    }
    expect((await user('GET', `/sobjects/Order/${orderId}?fields=TotalAmount,Status`)).body).toMatchObject({
      TotalAmount: 8999.99,
      Status: 'Activated',
    });
  });

  test('a line needs an entry of the price book and currency of its order', async () => {
    const user = await restUser(await start());
    const orderId = idOf(await user('POST', '/sobjects/Order', await draft(user, { CurrencyIsoCode: 'USD' })));
    const line = { OrderId: orderId, PricebookEntryId: await entryOf(user, 'SVC-IMPL'), Quantity: 1, UnitPrice: 1 };
    expect(await user('POST', '/sobjects/OrderItem', line)).toMatchObject({
      status: 400,
      body: refusal('FIELD_INTEGRITY_EXCEPTION'),
    });
  });

  test('stamps rise with every change, deleted rows are for queryAll', async () => {
    const user = await restUser(await start());
    const id = idOf(await user('POST', '/sobjects/Order', await draft(user)));
    const stamp = async () =>
      (await records(user, `SELECT SystemModstamp FROM Order WHERE Id = '${id}'`, 'queryAll'))[0]?.['SystemModstamp'];
    const first = String(await stamp());
    await user('PATCH', `/sobjects/Order/${id}`, { Description: 'x' });
    const second = String(await stamp());
    expect((await user('DELETE', `/sobjects/Order/${id}`)).status).toBe(204);
    const third = String(await stamp());
    expect([first, second, third]).toEqual([first, second, third].sort());
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await records(user, 'SELECT Id FROM Order')).toEqual([]);
    expect(await user('GET', `/sobjects/Order/${id}`)).toMatchObject({
      status: 404,
      body: refusal('ENTITY_IS_DELETED'),
    });
  });
});

describe('9 composite and collections', () => {
  const step = (referenceId: string, body: object, type = 'Order') => ({
    method: 'POST',
    url: `/services/data/v62.0/sobjects/${type}`,
    referenceId,
    body,
  });
  const composite = async (user: User, allOrNone: boolean, ...compositeRequest: object[]) => {
    const answer = await user('POST', '/composite', { allOrNone, compositeRequest });
    const parts = (answer.body as { compositeResponse?: { httpStatusCode: number; body: unknown }[] })
      .compositeResponse;
    return { status: answer.status, body: answer.body, parts: parts ?? [] };
  };

  test('a failing second step undoes the first', async () => {
    const user = await restUser(await start());
    const { status, parts } = await composite(
      user,
      true,
      step('ord', await draft(user)),
      step('bad', { Status: 'Draft' }),
    );
    expect(status).toBe(200);
    expect(parts).toMatchObject([
      { httpStatusCode: 400, referenceId: 'ord', body: refusal('PROCESSING_HALTED') },
      { httpStatusCode: 400, referenceId: 'bad', body: refusal('REQUIRED_FIELD_MISSING') },
    ]);
    expect(await records(user, 'SELECT Id FROM Order')).toEqual([]);
  });

  test('references are filled in; without allOrNone only what depends on a failure stops', async () => {
    const user = await restUser(await start());
    const line = { PricebookEntryId: await entryOf(user, 'SVC-IMPL'), Quantity: 1, UnitPrice: 3000 };
    const { parts } = await composite(
      user,
      false,
      step('ord', await draft(user)),
      step('item', { OrderId: '@{ord.id}', ...line }, 'OrderItem'),
      step('bad', {}),
      step('lost', { OrderId: '@{bad.id}', ...line }, 'OrderItem'),
      { method: 'GET', url: '/services/data/v62.0/sobjects/Order/@{ord.id}', referenceId: 'read' },
    );
    expect(parts.map((part) => part.httpStatusCode)).toEqual([201, 201, 400, 400, 200]);
    expect(parts.at(-1)?.body).toMatchObject({ TotalAmount: 3000 });
  });

  test('an outer fault refuses the whole call', async () => {
    const user = await restUser(await start());
    expect((await composite(user, true, { method: 'GET', url: '/x' })).status).toBe(400);
    const many = Array.from({ length: 26 }, (_, i) => step(`r${i}`, {}));
    expect((await composite(user, true, ...many)).status).toBe(400);
  });

  test('a collection says for each record what became of it, up to 200', async () => {
    const user = await restUser(await start());
    const good = { attributes: { type: 'Order' }, ...(await draft(user)) };
    const bad = { attributes: { type: 'Order' } };
    const post = (allOrNone: boolean, records: object[]) => user('POST', '/composite/sobjects', { allOrNone, records });
    expect(await post(false, [good, bad])).toMatchObject({
      status: 200,
      body: [{ success: true }, { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }],
    });
    expect(await post(true, [good, bad])).toMatchObject({
      status: 200,
      body: [{ success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] }, { success: false }],
    });
    expect(await records(user, 'SELECT Id FROM Order')).toHaveLength(1);
    expect((await post(true, Array(201).fill(good))).status).toBe(400);
  });
});

describe('10 limits, sessions and versions', () => {
  test('usage rises with each call and ends in 403 without Retry-After', async () => {
    const rig = await start({ allowedCalls: 2 });
    const user = await restUser(rig);
    expect((await user('GET', '/limits')).headers.get('sforce-limit-info')).toBe('api-usage=1/2');
    expect((await query(user, 'SELECT Id FROM Order')).headers.get('sforce-limit-info')).toBe('api-usage=2/2');
    const refused = await user('GET', '/limits');
    expect(refused).toMatchObject({ status: 403, body: refusal('REQUEST_LIMIT_EXCEEDED') });
    expect(refused.headers.get('retry-after')).toBeNull();
  });

  test('a dead session is 401 in array form, an unknown version 404, a retired one 410', async () => {
    const rig = await start();
    const user = await restUser(rig);
    expect((await user('GET', '/services/data/v99.0/limits')).status).toBe(404);
    expect((await user('GET', '/services/data/v20.0/limits')).status).toBe(410);
    rig.simulator.revoke();
    expect(await user('GET', '/limits')).toMatchObject({
      status: 401,
      body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    });
  });

  test('a body that is no JSON is refused', async () => {
    const user = await restUser(await start());
    const answer = await user('POST', '/sobjects/Order', undefined, {});
    expect(answer).toMatchObject({ status: 400, body: refusal('JSON_PARSER_ERROR') });
    const form = await user('POST', '/sobjects/Order', {}, { 'Content-Type': 'text/plain' });
    expect(form.status).toBe(415);
  });
});
