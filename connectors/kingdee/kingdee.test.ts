import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connector, EffectCall, Operation } from '../../core/connector/contract.js';
import {
  effectCall,
  type KingdeeRig,
  orderLine,
  orderModel,
  startKingdee,
  voucherModel,
} from '../../tests/support/kingdee-rig.js';

let rig: KingdeeRig;
beforeEach(async () => {
  rig = await startKingdee();
});
afterEach(() => rig.stop());

const NUMBER = 'SO-2026-0001';
const KEY = 'V-2026-11-00000042';
const { signal } = new AbortController();

function operation(connector: Connector, name: string): Operation & Required<Pick<Operation, 'find'>> {
  const found = connector.operations.find((o) => o.name === name);
  if (found?.find === undefined) throw new Error(`no operation ${name}`);
  return { ...found, find: found.find };
}
const orders = (settings = {}, secrets = {}) => operation(rig.connect(settings, secrets), 'sales-order.create');
const vouchers = (settings = {}) => operation(rig.connect(settings), 'voucher.post');
const orderCall = (parts: Record<string, unknown> = {}): EffectCall => effectCall(NUMBER, orderModel(), parts);
const stored = (what: 'salesOrders' | 'vouchers') => rig.simulator.inspect()[what] as Record<string, unknown>[];
const failing = (code: string) => expect.objectContaining({ code });

describe.each(['signature', 'login-by-sign'])('with authMode %s', (authMode) => {
  test('the probe reads and writes nothing', async () => {
    const checks = await rig.connect({ authMode }).probe(signal);
    expect(checks.map((c) => c.ok)).toEqual([true, true, true]);
    expect(checks[2]?.said).toContain('C001');
    expect(rig.lines).toEqual([]);
  });

  test('an order is saved, submitted and audited, each part recorded', async () => {
    const call = orderCall();
    const receipt = await orders({ authMode }).send(call);
    expect(receipt).toMatchObject({ remoteNumber: NUMBER, alreadyThere: false, detail: { status: 'C' } });
    expect(Object.keys(call.parts)).toEqual(['save', 'submit', 'audit']);
    const bill = { billNo: NUMBER, customer: 'C001', lines: 1, total: '1130', status: 'C' };
    expect(stored('salesOrders')).toEqual([bill]);
  });

  test('wrong credentials stop at the login', async () => {
    const checks = await rig.connect({ authMode }, { appSecret: 'wrong' }).probe(signal);
    expect(checks.map((c) => c.ok)).toEqual([true, false]);
    await expect(orders({ authMode }, { appSecret: 'wrong' }).send(orderCall())).rejects.toEqual(
      failing('CONNECTOR_REFUSED_LOGIN'),
    );
  });
});

describe('a lost session', () => {
  test('is renewed once and the call goes through', async () => {
    const operationUnderTest = orders({ authMode: 'login-by-sign', finish: 'save' });
    await operationUnderTest.send(orderCall());
    rig.simulator.killSessions();
    const second = await operationUnderTest.send(effectCall('SO-2', orderModel({ FBillNo: 'SO-2' })));
    expect(second.alreadyThere).toBe(false);
    expect(stored('salesOrders')).toHaveLength(2);
  });

  test('lost again after the new login, it stops', async () => {
    rig.simulator.inject({ kind: 'refuse', on: 'SAL_SaleOrder.Save', times: 2, code: '1' });
    rig.simulator.inject({ kind: 'refuse', on: 'SAL_SaleOrder.Save', times: 1, code: '14' });
    const sent = orders({ authMode: 'login-by-sign' }).send(orderCall());
    await expect(sent).rejects.toEqual(failing('CONNECTOR_REFUSED_LOGIN'));
    await expect(orders().send(orderCall())).rejects.toEqual(failing('CONNECTOR_THROTTLED'));
  });
});

describe('sales-order.create', () => {
  test('sent twice, it stands once', async () => {
    const create = orders();
    const first = await create.send(orderCall());
    const again = await create.send(orderCall());
    expect(again).toMatchObject({ remoteId: first.remoteId, alreadyThere: true });
    expect(stored('salesOrders')).toHaveLength(1);
  });

  test('a lost answer is an unknown outcome, which find settles and send completes', async () => {
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'SAL_SaleOrder.Save', times: 1 });
    const [create, call] = [orders(), orderCall()];
    await expect(create.send(call)).rejects.toEqual(failing('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(call.parts).toEqual({});
    const found = await create.find(call);
    expect(found).toMatchObject({ complete: false, receipt: { remoteNumber: NUMBER, detail: { status: 'A' } } });
    expect(await create.send(call)).toMatchObject({ alreadyThere: true, detail: { status: 'C' } });
    expect(await create.find(call)).toMatchObject({ complete: true });
    expect(stored('salesOrders')).toHaveLength(1);
  });

  test('cut before anything was stored: find sees nothing, sending again stores one', async () => {
    rig.simulator.inject({ kind: 'dropBefore', on: 'SAL_SaleOrder.Save', times: 1 });
    const [create, call] = [orders(), orderCall()];
    await expect(create.send(call)).rejects.toEqual(failing('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await create.find(call)).toBeUndefined();
    expect(await create.send(call)).toMatchObject({ alreadyThere: false });
    expect(stored('salesOrders')).toHaveLength(1);
  });

  test.each([
    ['Submit', 'A'],
    ['Audit', 'B'],
  ])('throttled at %s, it goes on from status %s', async (method, status) => {
    rig.simulator.inject({ kind: 'refuse', on: `SAL_SaleOrder.${method}`, times: 1, code: '14' });
    const [create, call] = [orders(), orderCall()];
    await expect(create.send(call)).rejects.toEqual(failing('CONNECTOR_THROTTLED'));
    expect(stored('salesOrders')).toMatchObject([{ status }]);
    expect(await create.send(call)).toMatchObject({ detail: { status: 'C' } });
    expect(Object.keys(call.parts)).toEqual(['save', 'submit', 'audit']);
    const saves = rig.lines.filter((line) => line.includes('SAL_SaleOrder.Save'));
    expect(saves).toHaveLength(1);
  });

  test('the answer to Submit lost: it is not submitted again', async () => {
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'SAL_SaleOrder.Submit', times: 1 });
    const [create, call] = [orders(), orderCall()];
    await expect(create.send(call)).rejects.toEqual(failing('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await create.find(call)).toMatchObject({ complete: false, receipt: { detail: { status: 'B' } } });
    expect(await create.send(call)).toMatchObject({ detail: { status: 'C' } });
    expect(rig.lines.filter((line) => line.includes('SAL_SaleOrder.Submit'))).toHaveLength(1);
  });

  test('too slow an answer is an unknown outcome', async () => {
    rig.simulator.inject({ kind: 'delay', on: 'SAL_SaleOrder.Save', times: 1, delayMs: 400 });
    await expect(orders({ timeoutMs: 100 }).send(orderCall())).rejects.toEqual(failing('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(stored('salesOrders')).toHaveLength(1);
  });

  test.each([
    ['customer', { FCustId: { FNumber: 'C002' } }],
    ['number of lines', { FSaleOrderEntry: [orderLine(), orderLine()] }],
    ['quantity', { FSaleOrderEntry: [orderLine({ FQty: 9 })] }],
    ['material', { FSaleOrderEntry: [orderLine({ FMaterialId: { FNumber: 'HW-SERVER' } })] }],
    ['price', { FSaleOrderEntry: [orderLine({ FTaxPrice: 114 })] }],
  ])('a bill of another %s under our number is refused', async (_, change) => {
    const create = orders();
    await create.send(effectCall(NUMBER, orderModel(change)));
    await expect(create.find(orderCall())).rejects.toEqual(failing('CONNECTOR_REFUSED'));
    await expect(create.send(orderCall())).rejects.toEqual(failing('CONNECTOR_REFUSED'));
  });

  test('a cent of rounding per line is no difference', async () => {
    const model = (FTaxPrice: string) => orderModel({ FSaleOrderEntry: [orderLine({ FQty: 1, FTaxPrice })] });
    await orders().send(effectCall(NUMBER, model('113.01')));
    expect(await orders().find(effectCall(NUMBER, model('113')))).toMatchObject({ complete: true });
    await expect(orders().find(effectCall(NUMBER, model('112.99')))).rejects.toEqual(failing('CONNECTOR_REFUSED'));
  });

  test('prices without tax and discounts are computed alike on both sides', async () => {
    const line = orderLine({ FQty: '3.5', FPrice: '199.99', FTaxPrice: undefined, FDiscountRate: '12.5' });
    const call = effectCall(NUMBER, orderModel({ FSaleOrderEntry: [line] }));
    await orders().send(call);
    expect(stored('salesOrders')).toMatchObject([{ total: '692.09' }]);
    expect(await orders().find(call)).toMatchObject({ complete: true });
  });

  test.each([
    ['FMaterialId', orderModel({ FSaleOrderEntry: [orderLine({ FMaterialId: { FNumber: 'NOPE' } })] }), /NOPE/],
    ['FCustId', orderModel({ FCustId: undefined }), /客户/],
  ])('a fault in %s is told in the words of the vendor', async (_, model, words) => {
    await expect(orders().send(effectCall(NUMBER, model))).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringMatching(words),
    });
    expect(rig.lines).toEqual([]);
  });

  test.each([
    ['2', 'CONNECTOR_NO_PERMISSION'],
    ['6', 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['11', 'CONNECTOR_REFUSED'],
    ['13', 'CONNECTOR_THROTTLED'],
    ['15', 'CONNECTOR_NO_PERMISSION'],
  ])('MsgCode %s becomes %s', async (code, hubCode) => {
    rig.simulator.inject({ kind: 'refuse', on: 'SAL_SaleOrder.Save', times: 1, code });
    await expect(orders().send(orderCall())).rejects.toEqual(failing(hubCode));
  });

  test('a user without the right', async () => {
    const sent = orders({ userName: 'reader' }).send(orderCall());
    await expect(sent).rejects.toEqual(failing('CONNECTOR_NO_PERMISSION'));
  });

  test('a model with another number is our own fault', async () => {
    const sent = orders().send(effectCall('SO-OTHER', orderModel()));
    await expect(sent).rejects.toEqual(failing('MAPPING_OUTPUT_INVALID'));
    expect(rig.lines).toEqual([]);
  });

  test('a server that gives its own number: refused, and not saved again while that bill stands', async () => {
    const calls: string[] = [];
    const success = { IsSuccess: true, Errors: [], SuccessEntitys: [], MsgCode: 0 };
    const server = createServer((request, response) => {
      const method = /Service\.(\w+)\.common/.exec(request.url ?? '')?.[1] ?? '';
      calls.push(method);
      request.resume();
      const saved = { Result: { ResponseStatus: success, Id: 7, Number: 'XSDD000001' } };
      response.end(JSON.stringify(method === 'Save' ? saved : [[7]]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/k3cloud/`;
    const [create, call] = [orders({ serverUrl }), orderCall()];
    for (const _ of [1, 2]) await expect(create.send(call)).rejects.toThrow(/saved as XSDD000001/);
    expect(calls).toEqual(['Save', 'ExecuteBillQuery']);
    server.closeAllConnections();
    server.close();
  });

  test('finish decides how far a bill goes', async () => {
    const create = orders({ finish: 'submit' });
    expect(await create.send(orderCall())).toMatchObject({ detail: { status: 'B' } });
    expect(await create.find(orderCall())).toMatchObject({ complete: true });
  });
});

describe('voucher.post', () => {
  const voucherCall = (parts = {}) => effectCall(KEY, voucherModel(KEY), parts);

  test('is posted once however often it is sent', async () => {
    const post = vouchers();
    const first = await post.send(voucherCall());
    expect(first).toMatchObject({ alreadyThere: false, remoteNumber: '1', detail: { status: 'C' } });
    expect(await post.send(voucherCall())).toMatchObject({ remoteId: first.remoteId, alreadyThere: true });
    expect(stored('vouchers')).toEqual([
      { key: KEY, book: '001', year: 2026, period: 11, number: 1, debit: '1130', credit: '1130', status: 'C' },
    ]);
  });

  test('a lost answer: found by its key, then completed', async () => {
    rig.simulator.inject({ kind: 'dropAfterCommit', on: 'GL_VOUCHER.Save', times: 1 });
    const [post, call] = [vouchers(), voucherCall()];
    await expect(post.send(call)).rejects.toEqual(failing('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await post.find(call)).toMatchObject({ complete: false, receipt: { remoteNumber: '1' } });
    expect(await post.send(call)).toMatchObject({ alreadyThere: true, detail: { status: 'C' } });
    expect(stored('vouchers')).toHaveLength(1);
    expect(rig.simulator.inspect()['voucherDuplicates']).toEqual([]);
  });

  test('keys that only begin alike, other books and other periods are not ours', async () => {
    const post = vouchers();
    for (const key of [`${KEY}0`, KEY.replaceAll('-', 'x')]) await post.send(effectCall(key, voucherModel(key)));
    await post.send(effectCall(KEY, voucherModel(KEY, '1', '1', { FAccountBookID: { FNumber: '002' } })));
    await post.send(effectCall(KEY, voucherModel(KEY, '1', '1', { FDate: '2026-10-31' })));
    expect(await post.find(voucherCall())).toBeUndefined();
  });

  test('red letters are posted as negative amounts and found again', async () => {
    const post = vouchers();
    const red = effectCall(KEY, voucherModel(KEY, '-1130.00'));
    const first = await post.send(red);
    expect(await post.find(red)).toMatchObject({ receipt: { remoteId: first.remoteId }, complete: true });
    expect(stored('vouchers')).toMatchObject([{ debit: '-1130', credit: '-1130' }]);
  });

  test('two vouchers with one key need a person', async () => {
    const headers = await signIn();
    for (const _ of [1, 2])
      await rig.post('Save', { formid: 'GL_VOUCHER', data: { Model: voucherModel(KEY) } }, headers);
    expect(rig.simulator.inspect()['voucherDuplicates']).toHaveLength(1);
    await expect(vouchers().find(voucherCall())).rejects.toEqual(failing('CONNECTOR_REFUSED'));
  });

  test('another amount under the same key is refused', async () => {
    await vouchers().send(effectCall(KEY, voucherModel(KEY, '1130.01')));
    await expect(vouchers().find(voucherCall())).rejects.toEqual(failing('CONNECTOR_REFUSED'));
  });

  test.each([
    ['without its key', voucherModel('V-OTHER')],
    ['that does not balance', voucherModel(KEY, '10.01', '10.00')],
  ])('a voucher %s is our own fault', async (_, model) => {
    await expect(vouchers().send(effectCall(KEY, model))).rejects.toEqual(failing('MAPPING_OUTPUT_INVALID'));
    expect(rig.lines).toEqual([]);
  });

  test('book and group come from the connection when the voucher names none', async () => {
    const { FAccountBookID: _, FVOUCHERGROUPID: __, ...model } = voucherModel(KEY);
    await vouchers({ accountBook: '002' }).send(effectCall(KEY, model));
    expect(stored('vouchers')).toMatchObject([{ book: '002' }]);
  });

  async function signIn(): Promise<Record<string, string>> {
    const path = '/k3cloud/Kingdee.BOS.WebApi.ServicesStub.AuthService.ValidateUser.common.kdsvc';
    const { json } = await rig.post(path, { parameters: ['dcid-1', 'api', 'pw', 2052] });
    return { 'kdservice-sessionid': String((json as Record<string, unknown>)['KDSVCSessionId']) };
  }
});

describe('the shipped mappings', () => {
  test.each([
    ['order-to-kingdee-sales-order', 'sales-order.create'],
    ['journal-to-kingdee-voucher', 'voucher.post'],
  ])('%s yields what %s takes', (mapping, name) => {
    const folder = new URL(`../../mappings/${mapping}/cases/`, import.meta.url);
    const cases = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    const outputs = cases.flatMap((c: { output?: unknown }) => (c.output === undefined ? [] : [c.output]));
    expect(outputs.length).toBeGreaterThan(0);
    const validate = new Ajv().compile(operation(rig.connect(), name).input);
    for (const output of outputs) expect(validate(output) ? [] : validate.errors).toEqual([]);
  });
});

describe('the network', () => {
  test('a closed port wrote nothing', async () => {
    await expect(orders({ serverUrl: 'http://127.0.0.1:1/k3cloud' }).send(orderCall())).rejects.toEqual(
      failing('CONNECTOR_UNREACHABLE'),
    );
    const checks = await rig.connect({ serverUrl: 'http://127.0.0.1:1/k3cloud' }).probe(signal);
    expect(checks.map((c) => c.ok)).toEqual([false]);
  });

  test.each([
    [302, 'CONNECTOR_REFUSED'],
    [404, 'CONNECTOR_REFUSED'],
    [429, 'CONNECTOR_THROTTLED'],
    [502, 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, 'CONNECTOR_OUTCOME_UNKNOWN'],
  ])('HTTP %i with a page instead of an answer becomes %s', async (status, code) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { Location: 'http://127.0.0.1:1/', 'Retry-After': '7' }).end('<html></html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/k3cloud/`;
    const sent = orders({ serverUrl }).send(orderCall());
    await expect(sent).rejects.toMatchObject({ code, retryAfterMs: status === 429 ? 7000 : undefined });
    server.closeAllConnections();
    server.close();
  });

  test('an aborted call that had not begun wrote nothing', async () => {
    const call = { ...orderCall(), signal: AbortSignal.abort() };
    await expect(orders().send(call)).rejects.toEqual(failing('CONNECTOR_UNREACHABLE'));
    expect(rig.lines).toEqual([]);
  });
});

describe('settings and schemas', () => {
  test.each([
    ['a relative address', { serverUrl: '/k3cloud' }],
    ['an unknown member', { acctid: 'x' }],
    ['an unknown language', { lcid: 1 }],
  ])('%s is refused', (_, settings) => {
    expect(() => rig.connect(settings)).toThrow(failing('SETTINGS_INVALID'));
  });

  test('the input schemas take the models sent here and refuse misspelt fields', () => {
    const check = (name: string, Model: unknown) => new Ajv().validate(operation(rig.connect(), name).input, { Model });
    expect(check('sales-order.create', orderModel({ F_HUB_Key: 'x' }))).toBe(true);
    expect(check('sales-order.create', orderModel({ FCustID: { FNumber: 'C001' } }))).toBe(false);
    expect(check('sales-order.create', orderModel({ FSaleOrderEntry: [] }))).toBe(false);
    expect(check('voucher.post', voucherModel(KEY))).toBe(true);
    expect(check('voucher.post', voucherModel(KEY, '1,000'))).toBe(false);
  });
});
