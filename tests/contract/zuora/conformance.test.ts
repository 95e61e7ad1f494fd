/** Long because one rig serves every case of the vendor's rules, and they are read together. */
import { afterEach, describe, expect, test } from 'vitest';
import { signCallout } from '../../../connectors/zuora/simulator/callouts.js';
import type { ZuoraSimulatorOptions } from '../../../connectors/zuora/simulator.js';
import { account, changeOrder, MemoryJournal, newSubscription, type Rig, startReceiver, startRig } from './rig.js';

const stops: (() => Promise<void>)[] = [];
const start = async (options: ZuoraSimulatorOptions = {}, journal?: MemoryJournal): Promise<Rig> => {
  const rig = await startRig(options, journal);
  stops.push(rig.stop);
  return rig;
};
const receive = async (...answers: Parameters<typeof startReceiver>) => {
  const receiver = await startReceiver(...answers);
  stops.push(receiver.stop);
  return receiver;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const withAccount = async (options: ZuoraSimulatorOptions = {}): Promise<Rig> => {
  const rig = await start(options);
  expect((await rig.call('POST', '/v1/accounts', account())).status).toBe(200);
  return rig;
};
const codeOf = (answer: { body: Record<string, never> }): string =>
  String((answer.body['reasons'] as { code: number }[] | undefined)?.[0]?.code);
const category = (answer: { body: Record<string, never> }): string => codeOf(answer).slice(-2);
type Inspected = {
  subscriptions: Record<string, never>[];
  orders: unknown[];
  invoices: Record<string, never>[];
  duplicates: unknown[];
};
const inspect = (rig: Rig): Inspected => rig.simulator.inspect() as unknown as Inspected;
const OLD = { 'Zuora-Version': '341.0' };

describe('login and envelope', () => {
  test('1: a token by form; JSON, a wrong secret and a login header are refused', async () => {
    const rig = await start();
    const ask = (init: RequestInit) => fetch(`${rig.baseUrl}/oauth/token`, { method: 'POST', ...init });
    const given = await ask({ body: new URLSearchParams(rig.form) });
    expect(given.status).toBe(200);
    const token = (await given.json()) as Record<string, unknown>;
    expect(token).toMatchObject({ token_type: 'bearer', access_token: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(token['expires_in']).toBeLessThanOrEqual(3600);
    expect(token['expires_in']).toBeTypeOf('number');
    const json = { body: JSON.stringify(rig.form), headers: { 'Content-Type': 'application/json' } };
    expect((await ask(json)).status).not.toBe(200);
    expect((await ask({ body: new URLSearchParams({ ...rig.form, client_secret: 'x' }) })).status).toBe(401);
    expect((await ask({ body: new URLSearchParams(rig.form), headers: { Authorization: 'Bearer x' } })).status).toBe(
      400,
    );
  });

  test('a token ends; without a live one the login fails in the style of the version', async () => {
    const rig = await start({ tokenLifeS: 60 });
    expect((await rig.call('GET', '/v1/orders')).status).toBe(200);
    rig.clock.advance(61_000);
    const late = await rig.call('GET', '/v1/orders');
    expect([late.status, codeOf(late)]).toEqual([401, '90000011']);
    const legacy = await rig.call('GET', '/v1/orders', undefined, OLD);
    expect([legacy.status, codeOf(legacy), legacy.body['success']]).toEqual([200, '90000011', false]);
  });

  test('2: not found in both styles', async () => {
    const rig = await start();
    const dated = await rig.call('GET', '/v1/accounts/NOPE');
    expect([dated.status, codeOf(dated)]).toEqual([404, '50000040']);
    const legacy = await rig.call('GET', '/v1/accounts/NOPE', undefined, OLD);
    expect([legacy.status, codeOf(legacy), legacy.body['success']]).toEqual([200, '50000040', false]);
    expect(dated.headers.get('zuora-request-id')).toHaveLength(36);
  });

  test('a version that is not on the list counts as 186.0', async () => {
    const rig = await start();
    const answer = await rig.call('GET', '/v1/accounts/NOPE', undefined, { 'Zuora-Version': '2024-06-01' });
    expect(answer.status).toBe(200);
  });

  test('a trace id comes back; a forbidden character or a 65th one is refused', async () => {
    const rig = await start();
    const trace = (id: string) => rig.call('GET', '/v1/orders', undefined, { 'Zuora-Track-Id': id });
    expect((await trace('hub-4711')).headers.get('zuora-track-id')).toBe('hub-4711');
    expect((await trace('hub:4711')).status).toBe(400);
    expect((await trace('x'.repeat(65))).status).toBe(400);
  });

  test('media type, JSON and address are judged', async () => {
    const rig = await start();
    const wrong = await rig.call('POST', '/v1/orders', {}, { 'Content-Type': 'text/plain' });
    expect([wrong.status, category(wrong)]).toEqual([415, '45']);
    const token = await rig.signIn();
    const headers = {
      Authorization: `Bearer ${token}`,
      'Zuora-Version': '2025-08-12',
      'Content-Type': 'application/json',
    };
    const broken = await fetch(`${rig.baseUrl}/v1/orders`, { method: 'POST', headers, body: '{"a":' });
    expect(broken.status).toBe(400);
    expect((await rig.call('DELETE', '/v1/orders')).status).toBe(405);
    expect((await rig.call('GET', '/v1/nothing')).status).toBe(404);
  });
});

describe('orders', () => {
  test('3, 4: a missing field, a wrong value, an unknown field, a forbidden character', async () => {
    const rig = await withAccount();
    const { orderDate: _, ...undated } = newSubscription();
    const missing = await rig.call('POST', '/v1/orders', undated);
    expect([missing.status, category(missing)]).toEqual([400, '22']);
    const forever = JSON.parse(JSON.stringify(newSubscription()).replace('TERMED', 'FOREVER')) as object;
    expect(codeOf(await rig.call('POST', '/v1/orders', forever))).toBe('53100320');
    expect(category(await rig.call('POST', '/v1/orders', newSubscription('S', { foo: 1 })))).toBe('21');
    expect(category(await rig.call('POST', '/v1/orders', newSubscription('S/1')))).toBe('20');
    expect(category(await rig.call('POST', '/v1/orders', newSubscription('S', { newAccount: account('C9') })))).toBe(
      '30',
    );
    expect(inspect(rig).orders).toEqual([]);
  });

  test('5: one key, one order, the same answer; another path 422; a PUT with a key 400', async () => {
    const rig = await withAccount();
    const key = { 'Idempotency-Key': 'k-1' };
    const first = await rig.call('POST', '/v1/orders', newSubscription(), key);
    const second = await rig.call('POST', '/v1/orders', newSubscription(), key);
    expect(first.status).toBe(200);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('zuora-request-id')).toBe(first.headers.get('zuora-request-id'));
    expect(inspect(rig).orders).toHaveLength(1);
    expect((await rig.call('POST', '/v1/accounts', account('C2'), key)).status).toBe(422);
    expect((await rig.call('PUT', '/v1/orders/SO-1-S1/cancel', { cancelReason: 'x' }, key)).status).toBe(400);
    rig.clock.advance(24 * 3_600_000);
    const forgotten = await rig.call('GET', '/v1/orders', undefined, { Authorization: `Bearer ${await rig.signIn()}` });
    expect(forgotten.body['orders']).toHaveLength(1);
    const again = await rig.call('POST', '/v1/orders', newSubscription(), {
      ...key,
      Authorization: `Bearer ${await rig.signIn()}`,
    });
    expect(category(again)).toBe('30');
  });

  test('a failed answer is kept under its key too', async () => {
    const rig = await withAccount();
    rig.simulator.inject({ kind: 'refuse', on: 'Order.create', times: 1, code: '61' });
    const key = { 'Idempotency-Key': 'k-1' };
    const first = await rig.call('POST', '/v1/orders', newSubscription(), key);
    expect([first.status, category(first)]).toEqual([500, '61']);
    expect((await rig.call('POST', '/v1/orders', newSubscription(), key)).text).toBe(first.text);
    expect((await rig.call('POST', '/v1/orders', newSubscription(), { 'Idempotency-Key': 'k-2' })).status).toBe(200);
  });

  test('6: two calls at once with one key: one 200, one 409, later the same 200', async () => {
    const rig = await withAccount();
    rig.simulator.inject({ kind: 'delay', on: 'Order.create', times: 1, delayMs: 150 });
    const send = () => rig.call('POST', '/v1/orders', newSubscription(), { 'Idempotency-Key': 'k' });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await send()).text).toBe(answers.find(({ status }) => status === 200)?.text);
  });

  test('7: the answer names subscriptions in the style of the version', async () => {
    const rig = await withAccount();
    const version = (number: string, header: string) =>
      rig.call('POST', '/v1/orders', newSubscription(number), { 'Zuora-Version': header });
    expect((await version('S1', '')).body).toMatchObject({ subscriptionNumbers: ['S1'] });
    expect((await version('S2', '223.0')).body).toMatchObject({
      subscriptions: [{ subscriptionNumber: 'S2', status: 'Active' }],
    });
  });

  test('8: a cancellation needs its policy, and ends the subscription at its date', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    const cancel = (cancelSubscription: object) =>
      changeOrder('S1-X', 'S1', '2026-06-01', { type: 'CancelSubscription', cancelSubscription });
    expect(category(await rig.call('POST', '/v1/orders', cancel({})))).toBe('22');
    const done = await rig.call(
      'POST',
      '/v1/orders',
      cancel({ cancellationPolicy: 'SpecificDate', cancellationEffectiveDate: '2026-07-01' }),
    );
    expect(done.body).toMatchObject({ status: 'Completed', subscriptions: [{ status: 'Cancelled' }] });
    const { body } = await rig.call('GET', '/v1/subscriptions/S1');
    expect(body).toMatchObject({ status: 'Cancelled', subscriptionEndDate: '2026-07-01', version: 2 });
    const late = changeOrder('S1-R', 'S1', '2026-08-01', { type: 'RenewSubscription' });
    expect(category(await rig.call('POST', '/v1/orders', late))).toBe('30');
  });

  test('9: 51 subscriptions are too many at once, and a job works them', async () => {
    const rig = await withAccount();
    const [one] = newSubscription('S').subscriptions;
    const many = Array.from(
      { length: 51 },
      (_, i) => JSON.parse(JSON.stringify(one).replace(/"S(?="|-L1)/g, `"S${i}`)) as object,
    );
    const order = newSubscription('BIG', { subscriptions: many });
    expect(['20', '30']).toContain(category(await rig.call('POST', '/v1/orders', order)));
    expect(inspect(rig).subscriptions).toEqual([]);
    const job = await rig.call('POST', '/v1/async/orders', order);
    expect(job.status).toBe(202);
    const { body } = await rig.call('GET', `/v1/async-jobs/${String(job.body['jobId'])}`);
    expect(body).toMatchObject({ status: 'Completed', success: true, result: { orderNumber: 'BIG' } });
    expect(inspect(rig).subscriptions).toHaveLength(51);
  });

  test('a call stands or falls as a whole', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    const half = changeOrder(
      'S1-C',
      'S1',
      '2026-03-01',
      { type: 'RenewSubscription' },
      { type: 'RemoveProduct', removeProduct: { ratePlanId: 'x' } },
    );
    expect(category(await rig.call('POST', '/v1/orders', half))).toBe('30');
    expect((await rig.call('GET', '/v1/subscriptions/S1')).body).toMatchObject({
      version: 1,
      termEndDate: '2027-02-01',
    });
    expect((await rig.call('GET', '/v1/orders/S1-C')).status).toBe(404);
  });

  test('a tenant that demands activation dates keeps the order pending', async () => {
    const rig = await withAccount({ demanded: ['ServiceActivation'] });
    const order = JSON.parse(
      JSON.stringify(newSubscription()).replace('"ServiceActivation"', '"CustomerAcceptance"'),
    ) as object;
    expect((await rig.call('POST', '/v1/orders', order)).body).toMatchObject({
      status: 'Pending',
      subscriptions: [{ status: 'Pending Activation' }],
    });
  });

  test('a draft does nothing until it is activated; what is not done can be cancelled', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1', { status: 'Draft' }));
    expect((await rig.call('GET', '/v1/subscriptions/S1')).status).toBe(404);
    expect((await rig.call('PUT', '/v1/orders/S1/activate', {})).body).toMatchObject({ status: 'Completed' });
    expect((await rig.call('GET', '/v1/subscriptions/S1')).body).toMatchObject({ status: 'Active' });
    await rig.call('POST', '/v1/orders', newSubscription('S2', { status: 'Draft' }));
    expect((await rig.call('PUT', '/v1/orders/S2/cancel', { cancelReason: 'x' })).body).toMatchObject({
      status: 'Cancelled',
    });
    expect((await rig.call('PUT', '/v1/orders/S1/cancel', { cancelReason: 'x' })).status).toBe(400);
  });

  test('lists have pages of at most 40 and whole addresses of the next', async () => {
    const rig = await withAccount();
    for (let i = 0; i < 43; i++) await rig.call('POST', '/v1/orders', newSubscription(`S${i}`));
    const first = await rig.call('GET', '/v1/orders?pageSize=100&startDate=2026-01-01');
    expect(first.body['orders']).toHaveLength(40);
    const next = new URL(String(first.body['nextPage']));
    expect(next.origin).toBe(rig.baseUrl);
    const second = await rig.call('GET', next.pathname + next.search);
    expect(second.body['orders']).toHaveLength(3);
    expect(second.body).not.toHaveProperty('nextPage');
  });
});

describe('limits and memory', () => {
  test('10: the 41st call at once is refused', async () => {
    const rig = await withAccount();
    rig.simulator.inject({ kind: 'delay', on: 'Account.get', times: 40, delayMs: 3_000 });
    const held = Array.from({ length: 40 }, () => rig.call('GET', '/v1/accounts/C001'));
    // the forty need a moment to arrive; until then another call is let through
    let extra = await rig.call('GET', '/v1/orders');
    while (extra.status === 200) extra = await rig.call('GET', '/v1/orders');
    const statuses = (await Promise.all(held)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(extra.status).toBe(429);
    expect(codeOf(extra)).toBe('50000070');
    expect(extra.headers.get('retry-after')).toBe('120');
    expect(extra.headers.get('concurrency-limit-type')).toBe('Default');
  });

  test('calls a minute are counted; the next minute is free again', async () => {
    const rig = await start({ perMinute: 3 });
    for (let i = 0; i < 3; i++) expect((await rig.call('GET', '/v1/orders')).status).toBe(200);
    const over = await rig.call('GET', '/v1/orders');
    expect([over.status, codeOf(over)]).toEqual([429, '70']);
    expect(over.body).not.toHaveProperty('success');
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    rig.clock.advance(60_000);
    expect((await rig.call('GET', '/v1/orders')).status).toBe(200);
  });

  test('everything is there again after a restart, keys included', async () => {
    const journal = new MemoryJournal();
    const before = await start({}, journal);
    await before.call('POST', '/v1/accounts', account());
    const key = { 'Idempotency-Key': 'k' };
    const first = await before.call('POST', '/v1/orders', newSubscription('S1'), key);
    await before.control('bill', { subscriptionNumber: 'S1', targetDate: '2026-02-01' });
    const after = await start({}, journal);
    expect(inspect(after).subscriptions).toEqual(inspect(before).subscriptions);
    expect(inspect(after).invoices).toHaveLength(1);
    expect((await after.call('POST', '/v1/orders', newSubscription('S1'), key)).text).toBe(first.text);
    expect(inspect(after).orders).toHaveLength(1);
  });
});

describe('billing', () => {
  const due = async (rig: Rig, targetDate: string) => {
    await rig.control('bill', { subscriptionNumber: 'S1', targetDate });
    return inspect(rig).invoices.map(({ net, tax }) => [net, tax]);
  };
  const seats = async (rig: Rig, order: string, date: string, quantity: number) => {
    const { body } = await rig.call('GET', '/v1/subscriptions/S1');
    const [plan] = body['ratePlans'] as unknown as { id: string }[];
    const chargeUpdates = [{ chargeNumber: 'S1-L1', pricing: { recurringPerUnit: { quantity } } }];
    const action = { type: 'UpdateProduct', updateProduct: { ratePlanId: plan?.id, chargeUpdates } };
    return rig.call('POST', '/v1/orders', changeOrder(order, 'S1', date, action));
  };

  test('a term is billed once, in advance, with 6 % tax', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    expect(await due(rig, '2026-01-31')).toEqual([]);
    expect(await due(rig, '2026-02-01')).toEqual([['36000.00', '2160.00']]);
    expect(await due(rig, '2026-12-01')).toEqual([['36000.00', '2160.00']]);
  });

  test('more seats from a day on are billed for the days that are left', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    await due(rig, '2026-02-01');
    expect((await seats(rig, 'S1-C1', '2026-05-01', 12)).status).toBe(200);
    // 276 of 365 days are left: 2 seats x 3,600 x 276 / 365
    expect((await due(rig, '2026-05-01'))[1]).toEqual(['5444.38', '326.66']);
  });

  test('a cancellation gives back what was billed for later days', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    await due(rig, '2026-02-01');
    const cancelSubscription = { cancellationPolicy: 'SpecificDate', cancellationEffectiveDate: '2026-08-02' };
    await rig.call(
      'POST',
      '/v1/orders',
      changeOrder('S1-X', 'S1', '2026-08-02', { type: 'CancelSubscription', cancelSubscription }),
    );
    // 183 of 365 days are left
    expect((await due(rig, '2026-08-02'))[1]).toEqual(['-18049.32', '-1082.96']);
  });

  test('a renewed term is billed like the first; months are billed one by one', async () => {
    const rig = await withAccount();
    const monthly = JSON.parse(JSON.stringify(newSubscription('S1')).replace('Subscription_Term', 'Month')) as object;
    await rig.call('POST', '/v1/orders', monthly);
    await due(rig, '2026-02-01');
    await due(rig, '2026-04-30');
    expect(inspect(rig).invoices.map(({ net }) => net)).toEqual(['36000.00', '72000.00']);
    await rig.call('POST', '/v1/orders', changeOrder('S1-R', 'S1', '2027-02-01', { type: 'RenewSubscription' }));
    expect((await rig.call('GET', '/v1/subscriptions/S1')).body).toMatchObject({
      termStartDate: '2027-02-01',
      termEndDate: '2028-02-01',
    });
  });

  test('an added product is billed beside the old one, a removed one no more', async () => {
    const rig = await withAccount();
    await rig.call('POST', '/v1/orders', newSubscription('S1'));
    const charge = {
      productRatePlanChargeId: '8ad09be48db5aba7018db606cc8c488b',
      chargeNumber: 'S1-L2',
      pricing: { recurringPerUnit: { quantity: 1, listPrice: 1000 } },
      billing: { billingPeriod: 'Subscription_Term' },
    };
    const addProduct = { productRatePlanId: '8ad09be48db5aba7018db606cc5a4889', chargeOverrides: [charge] };
    await rig.call('POST', '/v1/orders', changeOrder('S1-A', 'S1', '2026-02-01', { type: 'AddProduct', addProduct }));
    expect(await due(rig, '2026-02-01')).toEqual([['37000.00', '2290.00']]);
    const { body } = await rig.call('GET', '/v1/subscriptions/S1');
    const plans = body['ratePlans'] as unknown as { id: string }[];
    await rig.call(
      'POST',
      '/v1/orders',
      changeOrder('S1-B', 'S1', '2026-02-01', { type: 'RemoveProduct', removeProduct: { ratePlanId: plans[1]?.id } }),
    );
    expect((await rig.call('GET', '/v1/subscriptions/S1')).body['ratePlans']).toHaveLength(1);
    expect((await due(rig, '2026-02-01'))[1]).toEqual(['-1000.00', '-130.00']);
  });
});

describe('callouts', () => {
  const send = (rig: Rig, url: string, more: object = {}) =>
    rig.control('callout', { url, body: '{"a":1}', intervalMinutes: 30, ...more }) as Promise<unknown> as Promise<{
      attempts: { responseCode: number; notificationId: string; requestId: string }[];
    }>;

  test('11: 500 is tried three times with one notification id and three request ids; 404 once', async () => {
    const rig = await start();
    const broken = await receive(500);
    const { attempts } = await send(rig, broken.url);
    expect(attempts.map(({ responseCode }) => responseCode)).toEqual([500, 500, 500]);
    expect(new Set(broken.seen.map(({ headers }) => headers['zuora-notification-id'])).size).toBe(1);
    expect(new Set(broken.seen.map(({ headers }) => headers['zuora-request-id'])).size).toBe(3);
    const lost = await receive(404);
    expect((await send(rig, lost.url)).attempts).toHaveLength(1);
    const { body } = await rig.call('GET', '/v1/notification-history/callout');
    expect(body['calloutHistories']).toHaveLength(4);
  });

  test.each([
    [403, 3],
    [408, 3],
    [429, 3],
    [503, 3],
    [400, 1],
    [401, 1],
    [302, 1],
    [200, 1],
  ])('%d is sent %d times', async (status, times) => {
    const rig = await start();
    const receiver = await receive(status);
    await send(rig, receiver.url);
    expect(receiver.seen).toHaveLength(times);
  });

  test('a body that is no JSON is never sent; http to elsewhere neither', async () => {
    const rig = await start();
    const receiver = await receive(200);
    expect((await send(rig, receiver.url, { body: '{"a":' })).attempts).toMatchObject([{ responseCode: -2000 }]);
    expect((await send(rig, 'http://hub.example.com/', { attempts: 1 })).attempts).toMatchObject([
      { responseCode: -1 },
    ]);
    expect(receiver.seen).toEqual([]);
  });

  test('a login is sent after the 401 that asks for it, or at once when preemptive', async () => {
    const rig = await start();
    const challenge = { status: 401, headers: { 'www-authenticate': 'Basic realm="hub"' } };
    const basic = { user: 'zuora', password: 'pw', preemptive: false };
    const login = `Basic ${Buffer.from('zuora:pw').toString('base64')}`;
    const asking = await receive(challenge, 200);
    expect((await send(rig, asking.url, { basic })).attempts).toMatchObject([{ responseCode: 200 }]);
    expect(asking.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, login]);
    const open = await receive(200);
    await send(rig, open.url, { basic: { ...basic, preemptive: true } });
    expect(open.seen.map(({ headers }) => headers.authorization)).toEqual([login]);
  });

  test('success may be read from the body; a callout may come twice; templates are filled', async () => {
    const rig = await start();
    const silent = await receive(200);
    expect((await send(rig, silent.url, { confirmByBody: true })).attempts).toHaveLength(3);
    const twice = await receive(200);
    await send(rig, twice.url, {
      duplicate: true,
      body: undefined,
      template: '{"n":"{{A.N}}"}',
      data: { A: { N: 'x"y' } },
    });
    expect(twice.seen.map(({ body }) => body)).toEqual(['{"n":"x\\"y"}', '{"n":"x\\"y"}']);
    expect(new Set(twice.seen.map(({ headers }) => headers['zuora-notification-id'])).size).toBe(1);
  });

  test('12: the published signature', () => {
    const hmac = {
      algorithm: 'SHA-256',
      output: 'BASE64',
      key: 'callout_key',
      data: '{{Request.Body}}',
      header: 'X-Sign',
      value: '{{Request.HMAC.Signed}}',
    } as const;
    const body = '{"orderNumber":"O-00000042","accountNumber":"A00000001"}';
    expect(signCallout(body, {}, hmac)).toEqual({ 'X-Sign': 'iF1uzVVJ1+pSaSa4bQ5FaezoBFzDFlN+QErhrw1ZKnQ=' });
    expect(signCallout(body, {}, { ...hmac, output: 'HEX' })).toEqual({
      'X-Sign': '885d6ecd5549d7ea526926b86d0e4569ece8045cc316537e404ae1af0d592a74',
    });
    expect(
      signCallout('', { 'Zuora-Request-Id': body }, { ...hmac, data: '{{Request.Headers.zuora-request-id}}' }),
    ).toEqual({
      'X-Sign': 'iF1uzVVJ1+pSaSa4bQ5FaezoBFzDFlN+QErhrw1ZKnQ=',
    });
  });
});
