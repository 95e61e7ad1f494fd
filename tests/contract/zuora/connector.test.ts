import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ZuoraSimulatorOptions } from '../../../connectors/zuora/simulator.js';
import type { Connector } from '../../../core/connector/contract.js';
import { loadMappings } from '../../../core/mapping/registry.js';
import { account, effectOf, newSubscription, operationOf, type Rig, startRig } from './rig.js';

const stops: (() => Promise<void>)[] = [];
const start = async (options: ZuoraSimulatorOptions = {}): Promise<Rig> => {
  const rig = await startRig(options);
  stops.push(rig.stop);
  return rig;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Inspected {
  accounts: { accountNumber: string }[];
  orders: { orderNumber: string }[];
  subscriptions: {
    number: string;
    status: string;
    charges: { lineNo: number; quantity: string; price: string; removed: boolean }[];
  }[];
  duplicates: unknown[];
  logins: number;
}
const inspect = (rig: Rig): Inspected => rig.simulator.inspect() as unknown as Inspected;

const mappings = loadMappings('mappings');
const order = {
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司' },
  lines: [
    { lineNo: 1, product: 'SAAS-PRO', unitPrice: '3600', taxRate: '0.06' },
    { lineNo: 2, product: 'MNT-GOLD', unitPrice: '30000', taxRate: '0.13' },
  ],
};
const term = { termStart: '2026-02-01', termEnd: '2027-01-31' };
const created = async (rig: Rig, number = 'SO-1-S1') => {
  const lines = [{ lineNo: 1, product: 'SAAS-PRO', quantity: '10', ...term }];
  const connection = rig.connection.settings;
  const input = { order, orderNumber: 'SO-1', connection, subscription: { number, date: '2026-01-15', lines } };
  return (await mappings.run('order-to-zuora-subscription', input)).output as Record<string, unknown>;
};
const changed = async (rig: Rig, number: string, date: string, ...actions: object[]) => {
  const change = { number, subscription: 'SO-1-S1', date, actions };
  const input = { order, orderNumber: 'SO-1', connection: rig.connection.settings, change };
  return (await mappings.run('order-to-zuora-change', input)).output as Record<string, unknown>;
};
const createOf = (connector: Connector) => operationOf(connector, 'subscription.create');
const changeOf = (connector: Connector) => operationOf(connector, 'subscription.change');

describe('creating', () => {
  test('account and subscription are opened under the numbers of the hub', async () => {
    const rig = await start();
    const effect = effectOf(await created(rig));
    const receipt = await createOf(rig.open()).send(effect.first());
    expect(receipt).toEqual({
      remoteId: 'SO-1-S1',
      remoteNumber: 'SO-1-S1',
      alreadyThere: false,
      detail: { orderNumber: 'SO-1-S1', orderStatus: 'Completed', subscriptionStatus: 'Active' },
    });
    expect(inspect(rig)).toMatchObject({
      accounts: [{ accountNumber: 'C001' }],
      subscriptions: [{ number: 'SO-1-S1', status: 'Active', charges: [{ lineNo: 1, quantity: '10', price: '3600' }] }],
      duplicates: [],
    });
    expect(effect.parts['account']).toEqual({ accountNumber: 'C001' });
  });

  test('lines with terms of their own are billed at their price for their own term', async () => {
    const rig = await start();
    const lines = [
      { lineNo: 1, product: 'SAAS-PRO', quantity: '10', ...term },
      { lineNo: 2, product: 'MNT-GOLD', quantity: '1', termStart: '2026-03-01', termEnd: '2028-02-29' },
    ];
    const subscription = { number: 'SO-1-S1', date: '2026-01-15', lines };
    const input = { order, orderNumber: 'SO-1', connection: rig.connection.settings, subscription };
    const { output } = await mappings.run('order-to-zuora-subscription', input);
    await createOf(rig.open()).send(effectOf(output as Record<string, unknown>).first());
    await rig.control('bill', { subscriptionNumber: 'SO-1-S1', targetDate: '2026-03-01' });
    expect(rig.simulator.inspect()['invoices']).toMatchObject([
      {
        items: [
          { lineNo: 1, net: '36000.00', from: '2026-02-01', to: '2027-01-31' },
          { lineNo: 2, net: '30000.00', from: '2026-03-01', to: '2028-02-29' },
        ],
      },
    ]);
  });

  test('an account that is there is left as it is', async () => {
    const rig = await start();
    await rig.call('POST', '/v1/accounts', account());
    await createOf(rig.open()).send(effectOf(await created(rig)).first());
    expect(inspect(rig).accounts).toHaveLength(1);
    const { body } = await rig.call('GET', '/v1/accounts/C001');
    expect(body['basicInfo']).toMatchObject({ name: '杭州云帆智能制造有限公司' });
  });

  test('a lost answer is unknown; sending again with the same key makes no second order', async () => {
    const rig = await start();
    const { send, settlement } = createOf(rig.open());
    expect(settlement).toEqual({ kind: 'sameKey', windowMs: 86_400_000 });
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'Order.create', times: 1 });
    await expect(send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    expect(effect.parts).not.toHaveProperty('attempt');
    expect(await send(effect.again())).toMatchObject({ remoteId: 'SO-1-S1', alreadyThere: true });
    expect(inspect(rig)).toMatchObject({ orders: [{ orderNumber: 'SO-1-S1' }], duplicates: [] });
  });

  test('a blind repeat under the key is answered from its memory', async () => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    await send(effect.first());
    expect(await send(effect.first())).toMatchObject({ remoteId: 'SO-1-S1', detail: { orderStatus: 'Completed' } });
    expect(inspect(rig).orders).toHaveLength(1);
  });

  test('an account whose answer was lost is found, and the order follows', async () => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'Account.create', times: 1 });
    await expect(send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    expect(inspect(rig).orders).toEqual([]);
    await send(effect.again());
    expect(inspect(rig)).toMatchObject({ accounts: [{}], orders: [{}] });
  });

  test.each([
    ['50', 'CONNECTOR_THROTTLED'],
    ['61', 'CONNECTOR_THROTTLED'],
    ['60', 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['99', 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['30', 'CONNECTOR_REFUSED'],
    ['10', 'CONNECTOR_NO_PERMISSION'],
  ])('a failure …%s is kept under its key, so the next try takes another one', async (code, expected) => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'refuse', on: 'Order.create', times: 1, code });
    await expect(send(effect.first())).rejects.toMatchObject({ code: expected });
    expect(effect.parts['attempt']).toBe(1);
    expect(await send(effect.again())).toMatchObject({ alreadyThere: false });
    expect(inspect(rig)).toMatchObject({ orders: [{}], duplicates: [] });
  });

  test('a crash before the spent key was noted only costs one more failure', async () => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'refuse', on: 'Order.create', times: 1, code: '61' });
    const crashing = { ...effect.first(), record: () => Promise.reject(new Error('crash')) };
    await expect(send({ ...crashing, parts: { account: {} } })).rejects.toThrow('crash');
    await expect(send({ ...effect.again(), parts: { account: {} } })).rejects.toMatchObject({
      code: 'CONNECTOR_THROTTLED',
    });
    expect(effect.parts['attempt']).toBe(1);
    await send(effect.again());
    expect(inspect(rig).orders).toHaveLength(1);
  });

  test('a limit is said before the key is looked at, and says how long to wait', async () => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'refuse', on: 'Order.create', times: 1, code: '70' });
    await expect(send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_THROTTLED', retryAfterMs: 120_000 });
    expect(effect.parts).not.toHaveProperty('attempt');
  });

  test('while the first call is still at work, its repeat leaves the outcome open', async () => {
    const rig = await start();
    await rig.call('POST', '/v1/accounts', account());
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'delay', on: 'Order.create', times: 1, delayMs: 300 });
    const impatient = createOf(rig.open({ timeoutMs: 150 }));
    await expect(impatient.send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    const repeat = createOf(rig.open()).send(effect.first());
    await expect(repeat).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    expect(effect.parts).not.toHaveProperty('attempt');
    expect(inspect(rig).orders).toHaveLength(1);
  });

  test('an order number that another order has is refused, not taken for ours', async () => {
    const rig = await start();
    await rig.call('POST', '/v1/accounts', account());
    await rig.call('POST', '/v1/orders', { ...newSubscription('OTHER'), orderNumber: 'SO-1-S1' });
    const { send, find } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    await expect(send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' });
    await expect(find(effect.again())).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      facts: { what: 'order SO-1-S1' },
    });
  });

  test('an effect key that does not fit a header is hashed, and stays one key', async () => {
    const rig = await start();
    const { send } = createOf(rig.open());
    const effect = effectOf(await created(rig), `计费|${'x'.repeat(300)}`);
    await send(effect.first());
    await send(effect.first());
    expect(inspect(rig).orders).toHaveLength(1);
  });

  test('find tells what is there and writes nothing', async () => {
    const rig = await start();
    const { send, find } = createOf(rig.open());
    const effect = effectOf(await created(rig));
    expect(await find(effect.first())).toBeUndefined();
    expect(inspect(rig).accounts).toEqual([]);
    await send(effect.first());
    expect(await find(effect.again())).toMatchObject({
      complete: true,
      receipt: { remoteId: 'SO-1-S1', alreadyThere: true },
    });
  });

  test('a payload that is no subscription is told with its path, before anything is sent', async () => {
    const rig = await start();
    const payload = { ...(await created(rig)), order: { orderNumber: 'a/b' } };
    await expect(createOf(rig.open()).send(effectOf(payload).first())).rejects.toMatchObject({
      code: 'MAPPING_OUTPUT_INVALID',
    });
    expect(inspect(rig).logins).toBe(1);
  });
});

describe('old versions', () => {
  test('errors with HTTP 200 are errors, and answers without statuses are read', async () => {
    const rig = await start();
    const { send } = createOf(rig.open({ version: '186.0' }));
    const effect = effectOf(await created(rig));
    rig.simulator.inject({ kind: 'refuse', on: 'Order.create', times: 1, code: '61' });
    await expect(send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_THROTTLED' });
    expect(await send(effect.again())).toMatchObject({ remoteId: 'SO-1-S1', detail: { orderStatus: 'Completed' } });
    rig.simulator.revoke();
    expect(await send(effect.again())).toMatchObject({ alreadyThere: true });
  });
});

describe('changing and cancelling', () => {
  const sold = async () => {
    const rig = await start();
    const connector = rig.open();
    await createOf(connector).send(effectOf(await created(rig)).first());
    return { rig, connector };
  };

  test('seats, a further product and a renewal are one order', async () => {
    const { rig, connector } = await sold();
    const payload = await changed(
      rig,
      'SO-1-S1-C1',
      '2026-05-01',
      { do: 'quantity', lineNo: 1, quantity: '12' },
      { do: 'add', lineNo: 2, product: 'MNT-GOLD', quantity: '1' },
      { do: 'renew' },
    );
    expect(await changeOf(connector).send(effectOf(payload, 'change|1').first())).toMatchObject({
      remoteId: 'SO-1-S1',
    });
    expect(inspect(rig).subscriptions).toMatchObject([
      {
        version: 2,
        termStart: '2027-02-01',
        termAfter: '2028-02-01',
        charges: [
          { lineNo: 1, quantity: '12', price: '3600' },
          { lineNo: 2, quantity: '1', price: '30000' },
        ],
      },
    ]);
  });

  test('a removal whose answer was lost is not asked for its rate plan again', async () => {
    const { rig, connector } = await sold();
    const add = await changed(rig, 'SO-1-S1-C1', '2026-02-01', {
      do: 'add',
      lineNo: 2,
      product: 'MNT-GOLD',
      quantity: '1',
    });
    await changeOf(connector).send(effectOf(add, 'change|1').first());
    const remove = await changed(rig, 'SO-1-S1-C2', '2026-03-01', { do: 'remove', lineNo: 1 });
    const effect = effectOf(remove, 'change|2');
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'Order.create', times: 1 });
    await expect(changeOf(connector).send(effect.first())).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
    expect(await changeOf(connector).send(effect.again())).toMatchObject({ alreadyThere: true });
    expect(inspect(rig)).toMatchObject({
      subscriptions: [
        {
          version: 3,
          charges: [
            { lineNo: 1, removed: true },
            { lineNo: 2, removed: false },
          ],
        },
      ],
      duplicates: [],
    });
  });

  test('a charge that the subscription does not have is refused by name', async () => {
    const { rig, connector } = await sold();
    const payload = await changed(rig, 'SO-1-S1-C1', '2026-05-01', { do: 'quantity', lineNo: 7, quantity: '1' });
    await expect(changeOf(connector).send(effectOf(payload, 'change|1').first())).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      facts: { why: 'it has no charge SO-1-S1-L7' },
    });
    expect(inspect(rig).orders).toHaveLength(1);
  });

  test('a cancellation ends it; a cancelled one takes no change', async () => {
    const { rig, connector } = await sold();
    const cancel = { number: 'SO-1-S1-X', subscription: 'SO-1-S1', date: '2026-08-01' };
    const { output } = await mappings.run('order-to-zuora-cancel', { order, orderNumber: 'SO-1', cancel });
    const effect = effectOf(output as Record<string, unknown>, 'cancel|1');
    const { send } = operationOf(connector, 'subscription.cancel');
    expect(await send(effect.first())).toMatchObject({ detail: { subscriptionStatus: 'Cancelled' } });
    expect(await send(effect.again())).toMatchObject({ alreadyThere: true });
    expect(inspect(rig).subscriptions).toMatchObject([{ status: 'Cancelled', cancelled: '2026-08-01' }]);
    const late = await changed(rig, 'SO-1-S1-C9', '2026-09-01', { do: 'renew' });
    await expect(changeOf(connector).send(effectOf(late, 'change|9').first())).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
    });
  });
});

describe('signing in', () => {
  const probe = (connector: Connector) => connector.probe(new AbortController().signal);

  test('many calls share one token; a lost token is renewed once for all of them', async () => {
    const rig = await start();
    const connector = rig.open();
    const { find } = createOf(connector);
    const payload = await created(rig);
    const ask = () => Promise.all(Array.from({ length: 8 }, () => find(effectOf(payload).first())));
    await ask();
    expect(inspect(rig).logins).toBe(2);
    rig.simulator.revoke();
    await ask();
    expect(inspect(rig).logins).toBe(3);
  });

  test('a token is replaced before it ends', async () => {
    const rig = await start();
    const connector = rig.open();
    await probe(connector);
    rig.clock.advance(3_570_000);
    expect((await probe(connector)).every(({ ok }) => ok)).toBe(true);
    expect(inspect(rig).logins).toBe(3);
  });

  test('a wrong secret is a refused login, and stops the probe', async () => {
    const rig = await start();
    const connector = rig.open({}, { ...rig.connection.secrets, clientSecret: 'wrong' });
    const checks = await probe(connector);
    expect(checks).toMatchObject([{ ok: false, said: expect.stringContaining('401') }]);
    await expect(createOf(connector).send(effectOf(await created(rig)).first())).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED_LOGIN',
    });
  });

  test('the probe reads orders and invoices and writes nothing', async () => {
    const rig = await start();
    const before = rig.journal.entries().length;
    const checks = await probe(rig.open());
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(rig.journal.entries()).toHaveLength(before);
  });

  test('nobody listening is unreachable, and nothing was written', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const rig = await start();
    const connector = rig.open({ baseUrl: `http://127.0.0.1:${port}` });
    await expect(createOf(connector).send(effectOf(await created(rig)).first())).rejects.toMatchObject({
      code: 'CONNECTOR_UNREACHABLE',
    });
  });

  test('half a login for callouts is no setting', async () => {
    const rig = await start();
    expect(() => rig.open({}, { clientSecret: 'x', calloutUser: 'zuora' })).toThrow(
      expect.objectContaining({ code: 'SETTINGS_INVALID' }),
    );
  });
});
