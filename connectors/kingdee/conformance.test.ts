import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type KingdeeRig, orderLine, orderModel, startKingdee, voucherModel } from '../../tests/support/kingdee-rig.js';

const LOGIN = '/k3cloud/Kingdee.BOS.WebApi.ServicesStub.AuthService.';
const QUERY_PATH = '/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc';
const options = {
  apps: [
    { appId: '123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4', appSecret: 'test-app-secret-value' },
    { appId: '123456_app', appSecret: 'test-secret' },
  ],
  users: [{ name: 'user-1', password: 'pw-1', rights: 'all' }],
};
/** The signed request of the published vector; its X-Api-Signature is bound to QUERY_PATH. */
const appHeaders = {
  'X-Kd-Appkey': '123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4',
  'X-Kd-Appdata': 'ZGNpZC0xLHVzZXItMSwyMDUyLDEwMA==',
  'X-Kd-Signature': 'NjI5MzRiZGVhNGJhOWY2N2Y2YzQ2MzQ5ODA3N2JiZTRiMDRmOTUwNjI3YWIzODU1ODBkZDdhNzgwMzdmMDgxMg==',
};
const vectorHeaders = {
  ...appHeaders,
  'X-Api-ClientID': '123456',
  'X-Api-Auth-Version': '2.0',
  'x-api-timestamp': '1700000000',
  'x-api-nonce': '1700000000',
  'x-api-signheaders': 'x-api-timestamp,x-api-nonce',
  'X-Api-Signature': 'MjNhMzg5MmZiMWE1MTQ1ZGE5NWFkYmZiZWYxYzhlY2NjNzcwM2ZjNDJlZTczMzBhNzkxOTk1ODhjNDZkMTEzYw==',
};

interface Status {
  IsSuccess: boolean;
  ErrorCode?: number;
  MsgCode: number;
  Errors: { FieldName: string | null; Message: string; DIndex: number }[];
  SuccessEntitys: { Id: number; Number: string; DIndex: number }[];
}

let rig: KingdeeRig;
let cookie: Record<string, string>;

const login = async (method: string, parameters: unknown[]) => {
  const { json, cookies } = await rig.post(`${LOGIN}${method}.common.kdsvc`, { parameters });
  return { said: json as Record<string, unknown>, cookies };
};
const result = (json: unknown) => (json as { Result: Record<string, unknown> & { ResponseStatus: Status } }).Result;
const call = async (method: string, body: unknown) => result((await rig.post(method, body, cookie)).json);
const save = (Model: unknown, more: Record<string, unknown> = {}, formid = 'SAL_SaleOrder') =>
  call('Save', { formid, data: { ...more, Model } });
const query = async (data: Record<string, unknown>) =>
  (await rig.post('ExecuteBillQuery', { data: { FormId: 'SAL_SaleOrder', TopRowCount: 0, ...data } }, cookie)).json;
const wrapped = (json: unknown) => result((json as unknown[][])[0]?.[0]).ResponseStatus;
const orders = () => rig.simulator.inspect()['salesOrders'] as { billNo: string; lines: number; status: string }[];

beforeEach(async () => {
  rig = await startKingdee(options);
  const { said } = await login('ValidateUser', ['dcid-1', 'api', 'pw', 2052]);
  cookie = { Cookie: `kdservice-sessionid=${said['KDSVCSessionId']}` };
});
afterEach(() => rig.stop());

describe('conformance cases', () => {
  test('1 ValidateUser with the right password', async () => {
    const { said, cookies } = await login('ValidateUser', ['dcid-1', 'api', 'pw', 2052]);
    expect(said).toMatchObject({ LoginResultType: 1, KDSVCSessionId: expect.any(String) });
    expect(cookies.map((c) => c.split('=')[0])).toEqual(['kdservice-sessionid', 'ASP.NET_SessionId']);
  });

  test('2 ValidateUser with a wrong password', async () => {
    const { said, cookies } = await login('ValidateUser', ['dcid-1', 'api', 'wrong', 2052]);
    expect(said).toMatchObject({ LoginResultType: 0, Message: '用户名或密码错误' });
    expect(cookies).toEqual([]);
  });

  test('3 LoginBySign, right and with one digit changed', async () => {
    const sign = '9587e10dd7be38f0d55ebf8d90c08773aecc11abd5d713368a86d634fa176229';
    const parameters = ['dcid-1', 'user-1', '123456_app', '1700000000', sign, 2052];
    expect((await login('LoginBySign', parameters)).said['LoginResultType']).toBe(1);
    parameters[4] = sign.replace(/^9/, '8');
    expect((await login('LoginBySign', parameters)).said['LoginResultType']).toBe(0);
  });

  test('4 a signed query, right and with the application signature altered', async () => {
    const body = { data: { FormId: 'BD_Customer', FieldKeys: 'FNumber', FilterString: '', Limit: 1 } };
    expect((await rig.post(QUERY_PATH, body, vectorHeaders)).json).toEqual([['C001']]);
    const altered = { ...vectorHeaders, 'X-Kd-Signature': vectorHeaders['X-Kd-Signature'].replace(/^N/, 'O') };
    expect(wrapped((await rig.post(QUERY_PATH, body, altered)).json)).toMatchObject({ IsSuccess: false, MsgCode: 1 });
    const elsewhere = await rig.post(QUERY_PATH.replace('K3Cloud', 'k3cloud'), body, vectorHeaders);
    expect(wrapped(elsewhere.json)).toMatchObject({ IsSuccess: false, MsgCode: 1 });
  });

  test('5 Save with the cookie of a killed session', async () => {
    rig.simulator.killSessions();
    expect((await save(orderModel())).ResponseStatus).toMatchObject({ IsSuccess: false, ErrorCode: 500, MsgCode: 1 });
    expect(orders()).toEqual([]);
  });

  test('6 the same with valid signature headers', async () => {
    rig.simulator.killSessions();
    const body = { formid: 'SAL_SaleOrder', data: { Model: orderModel() } };
    const { json, cookies } = await rig.post('Save', body, { ...cookie, ...appHeaders });
    expect(result(json).ResponseStatus.IsSuccess).toBe(true);
    expect(cookies[0]).toMatch(/^kdservice-sessionid=.+/);
    expect(cookies[0]).not.toContain(cookie['Cookie']);
  });

  test('7 and 8 Save a sales order, then again', async () => {
    const first = await save(orderModel(), { NeedReturnFields: ['FBillNo'], IsAutoSubmitAndAudit: 'true' });
    expect(first.ResponseStatus).toMatchObject({ IsSuccess: true, MsgCode: 0 });
    expect(first).toMatchObject({
      Id: expect.any(Number),
      Number: 'SO-2026-0001',
      NeedReturnData: [{ FBillNo: 'SO-2026-0001' }],
    });
    expect(await query({ FieldKeys: 'FDocumentStatus', FilterString: "FBillNo='SO-2026-0001'" })).toEqual([['C']]);
    const again = await save(orderModel(), { IsAutoSubmitAndAudit: 'true' });
    expect(again.ResponseStatus).toMatchObject({ IsSuccess: false, MsgCode: 11 });
    expect(again.ResponseStatus.Errors[0]?.FieldName).toBe('FBillNo');
    expect(orders()).toHaveLength(1);
  });

  test('9 Save without a customer', async () => {
    const { FCustId: _, ...model } = orderModel();
    const { ResponseStatus } = await save(model);
    expect(ResponseStatus).toMatchObject({ IsSuccess: false, MsgCode: 11 });
    expect(ResponseStatus.Errors).toHaveLength(1);
    expect(ResponseStatus.Errors[0]?.Message).toContain('客户');
    expect(orders()).toEqual([]);
  });

  test('10 Save with an unknown material', async () => {
    const model = orderModel({ FSaleOrderEntry: [orderLine({ FMaterialId: { FNumber: 'NOPE' } })] });
    const { ResponseStatus } = await save(model);
    expect(ResponseStatus).toMatchObject({ IsSuccess: false, MsgCode: 9 });
    expect(ResponseStatus.Errors[0]?.Message).toContain('NOPE');
  });

  test('11 Audit of an audited bill', async () => {
    await save(orderModel(), { IsAutoSubmitAndAudit: true });
    const { ResponseStatus } = await call('Audit', { formid: 'SAL_SaleOrder', data: { Numbers: ['SO-2026-0001'] } });
    expect(ResponseStatus).toMatchObject({ IsSuccess: false, MsgCode: 11 });
  });

  test('12 an unknown field in a query', async () => {
    expect(wrapped(await query({ FieldKeys: 'FBillNo,FNoSuch' }))).toMatchObject({ IsSuccess: false, MsgCode: 9 });
  });

  test('13 a page of entry rows', async () => {
    await save(orderModel({ FSaleOrderEntry: [orderLine(), orderLine({ FQty: 2 }), orderLine({ FQty: 3 })] }));
    const FieldKeys = 'FBillNo,FSaleOrderEntry_FEntryID,FQty';
    const rows = (await query({ FieldKeys, StartRow: 2, Limit: 2 })) as unknown[][];
    expect(rows).toEqual([['SO-2026-0001', expect.any(Number), 3]]);
    expect(await query({ FieldKeys, StartRow: 2, Limit: 2, TopRowCount: 2 })).toEqual([]);
  });

  test('14 BatchSave with a number used twice', async () => {
    const Model = [orderModel(), orderModel()];
    const { ResponseStatus } = await call('BatchSave', { formid: 'SAL_SaleOrder', data: { Model } });
    expect(ResponseStatus.SuccessEntitys).toMatchObject([{ Number: 'SO-2026-0001', DIndex: 0 }]);
    expect(ResponseStatus.Errors).toMatchObject([{ FieldName: 'FBillNo', DIndex: 1 }]);
  });

  test.each([
    [undefined, 1],
    [false, 2],
    ['false', 2],
  ])('15 an update with IsDeleteEntry %s keeps %i entries', async (IsDeleteEntry, kept) => {
    const { Id } = await save(orderModel({ FSaleOrderEntry: [orderLine(), orderLine({ FQty: 2 })] }));
    const rows = (await query({ FieldKeys: 'FSaleOrderEntry_FEntryID' })) as number[][];
    const FSaleOrderEntry = [{ FEntryID: rows[0]?.[0], FQty: 7 }];
    const more = IsDeleteEntry === undefined ? {} : { IsDeleteEntry };
    const updated = await save({ FID: Id, FSaleOrderEntry }, more);
    expect(updated.ResponseStatus.IsSuccess).toBe(true);
    expect(orders()[0]?.lines).toBe(kept);
    expect(await query({ FieldKeys: 'FQty', Limit: 1 })).toEqual([[7]]);
  });

  test('16 Push of an audited order', async () => {
    await save(orderModel(), { IsAutoSubmitAndAudit: true });
    const data = { Numbers: ['SO-2026-0001'], RuleId: 'SaleOrder-OutStock' };
    const pushed = await call('Push', { formid: 'SAL_SaleOrder', data });
    expect(pushed['ConvertResponseStatus']).toMatchObject({ IsSuccess: true });
    const [target] = pushed.ResponseStatus.SuccessEntitys;
    expect(target).toMatchObject({ Id: expect.any(Number), Number: expect.stringMatching(/^XSCKD/) });
    const quantities = () => query({ FieldKeys: 'FStockOutQty,FRemainOutQty' });
    expect(await quantities()).toEqual([[0, 10]]);
    const named = { formid: 'SAL_OUTSTOCK', data: { Ids: String(target?.Id) } };
    for (const step of ['Submit', 'Audit']) expect((await call(step, named)).ResponseStatus.IsSuccess).toBe(true);
    expect(await quantities()).toEqual([[10, 0]]);
    const again = await call('Push', { formid: 'SAL_SaleOrder', data });
    expect(again.ResponseStatus.IsSuccess).toBe(false);
    expect(again['ConvertResponseStatus']).toMatchObject({ IsSuccess: false });
  });

  test('17 a voucher that does not balance', async () => {
    const { ResponseStatus } = await save(voucherModel('V-1', '1130', '1000'), {}, 'GL_VOUCHER');
    expect(ResponseStatus).toMatchObject({ IsSuccess: false, MsgCode: 11 });
    expect(rig.simulator.inspect()['vouchers']).toEqual([]);
  });
});

describe('rules beyond the numbered cases', () => {
  test('all body shapes mean the same', async () => {
    const data = { Model: orderModel({ FBillNo: '' }) };
    const text = JSON.stringify(data);
    const bodies = [
      { formid: 'SAL_SaleOrder', data },
      { FormId: 'sal_saleorder', data: text },
      { parameters: ['SAL_SaleOrder', text] },
      { format: 1, useragent: 'ApiClient', rid: '1', parameters: JSON.stringify(['SAL_SaleOrder', text]), v: '1.0' },
    ];
    for (const body of bodies) expect((await call('sAVE', body)).ResponseStatus.IsSuccess).toBe(true);
    expect(orders().map((o) => o.billNo)).toEqual(['XSDD000001', 'XSDD000002', 'XSDD000003', 'XSDD000004']);
    expect(rig.simulator.inspect()['duplicates']).toEqual([orders().map((o) => o.billNo)]);
  });

  test('only POST to a known service', async () => {
    const status = async (path: string, method: string) => (await fetch(rig.url + path, { method })).status;
    expect(await status(QUERY_PATH, 'GET')).toBe(405);
    expect(await status(QUERY_PATH.replace('ExecuteBillQuery', 'Nothing'), 'POST')).toBe(404);
    expect(await status('/', 'POST')).toBe(404);
  });

  test('LoginByAppSecret by names in any case, and Logout', async () => {
    const named = { acctid: 'dcid-1', username: 'api', appid: '123456_app', appsecret: 'test-secret', lcid: 2052 };
    const { json } = await rig.post(`${LOGIN}LoginByAppSecret.common.kdsvc`, named);
    const session = { 'kdservice-sessionid': String((json as Record<string, unknown>)['KDSVCSessionId']) };
    const body = { formid: 'SAL_SaleOrder', data: { Model: orderModel() } };
    expect(result((await rig.post('Draft', body, session)).json).ResponseStatus.IsSuccess).toBe(true);
    await rig.post(`${LOGIN}Logout.common.kdsvc`, {}, session);
    expect(result((await rig.post('Draft', body, session)).json).ResponseStatus.MsgCode).toBe(1);
  });

  test('a session dies of idleness', async () => {
    rig.clock.move(20 * 60_000 + 1);
    expect((await save(orderModel())).ResponseStatus.MsgCode).toBe(1);
  });

  test('unknown forms, empty field lists, broken filters', async () => {
    expect((await save({}, {}, 'NO_SUCH')).ResponseStatus.MsgCode).toBe(4);
    expect(wrapped(await query({ FieldKeys: '' })).MsgCode).toBe(8);
    expect(wrapped(await query({ FieldKeys: 'FID', FilterString: "FBillNo='a' drop" })).MsgCode).toBe(8);
    const plain = await rig.post('BillQuery', { data: { FormId: 'SAL_SaleOrder', FieldKeys: 'FNoSuch' } }, cookie);
    expect(result(plain.json).ResponseStatus.MsgCode).toBe(9);
  });

  test('BillQuery and View', async () => {
    await save(orderModel());
    const data = { FormId: 'SAL_SaleOrder', FieldKeys: 'FBillNo,FCustId.FName,FAllAmount' };
    const { json } = await rig.post('BillQuery', { data }, cookie);
    expect(json).toEqual([{ FBillNo: 'SO-2026-0001', 'FCustId.FName': '上海云栈信息技术有限公司', FAllAmount: 1130 }]);
    const seen = await call('View', { formid: 'SAL_SaleOrder', data: { Number: 'SO-2026-0001' } });
    const line = { MaterialId: { Number: 'HW-GATEWAY' }, Qty: 10 };
    expect(seen['Result']).toMatchObject({ BillNo: 'SO-2026-0001', SaleOrderEntry: [line] });
  });

  test('the life of a bill: refused moves stay refused', async () => {
    await save(orderModel());
    const move = async (method: string) => {
      const body = { formid: 'SAL_SaleOrder', data: { Numbers: ['SO-2026-0001'] } };
      return (await call(method, body)).ResponseStatus.MsgCode;
    };
    const codes: number[] = [];
    for (const method of ['Audit', 'Submit', 'Submit', 'Delete', 'Audit', 'Delete', 'UnAudit', 'Submit', 'Audit']) {
      codes.push(await move(method));
    }
    expect(codes).toEqual([11, 0, 11, 11, 0, 11, 0, 0, 0]);
    const [row] = (await query({ FieldKeys: 'FID' })) as number[][];
    expect((await save({ FID: row?.[0], FNote: 'x' })).ResponseStatus.MsgCode).toBe(11);
  });

  test('NeedUpDateFields limits what an update may change', async () => {
    const { Id } = await save(orderModel({ FNote: 'first' }));
    const model = { FID: Id, FNote: 'second', FLinkMan: '李四', FSaleOrderEntry: [orderLine()] };
    await save(model, { NeedUpDateFields: ['FLinkMan'] });
    const rows = await query({ FieldKeys: 'FNote,FLinkMan,FQty' });
    expect(rows).toEqual([['first', '李四', 10]]);
  });

  test('an outbound bill may not ship more than is left, but less', async () => {
    await save(orderModel(), { IsAutoSubmitAndAudit: true });
    const data = { Numbers: ['SO-2026-0001'], RuleId: 'SaleOrder-OutStock' };
    const [target] = (await call('Push', { formid: 'SAL_SaleOrder', data })).ResponseStatus.SuccessEntitys;
    const entryRows = { data: { FormId: 'SAL_OUTSTOCK', FieldKeys: 'FEntity_FEntryID' } };
    const [entry] = (await rig.post('ExecuteBillQuery', entryRows, cookie)).json as number[][];
    const ship = (FRealQty: number) =>
      save({ FID: target?.Id, FEntity: [{ FEntryID: entry?.[0], FRealQty }] }, {}, 'SAL_OUTSTOCK');
    expect((await ship(11)).ResponseStatus.MsgCode).toBe(11);
    expect((await ship(4)).ResponseStatus.MsgCode).toBe(0);
    const rest = await call('Push', { formid: 'SAL_SaleOrder', data });
    expect(rest.ResponseStatus.IsSuccess).toBe(true);
    expect(rig.simulator.inspect()['outbounds']).toMatchObject([{ quantity: '4' }, { quantity: '6' }]);
  });

  test('a red-letter voucher: negative amounts on their own side, and it must balance too', async () => {
    expect((await save(voucherModel('V-1', '-1130.00', '-1000.00'), {}, 'GL_VOUCHER')).ResponseStatus.MsgCode).toBe(11);
    expect((await save(voucherModel('V-1', '-1130.00'), {}, 'GL_VOUCHER')).ResponseStatus.IsSuccess).toBe(true);
    const seen = rig.simulator.inspect();
    expect(seen['vouchers']).toMatchObject([{ debit: '-1130', credit: '-1130' }]);
    expect(seen['totals']).toEqual({ debit: '-1130', credit: '-1130' });
  });

  test('a voucher: one side per entry, numbered in its series, no Push', async () => {
    expect((await save(voucherModel('V-1', '0', '0'), {}, 'GL_VOUCHER')).ResponseStatus.MsgCode).toBe(11);
    for (const key of ['V-1', 'V-2']) await save(voucherModel(key, '0.10'), {}, 'GL_VOUCHER');
    const taken = await save(voucherModel('V-3', '1', '1', { FVOUCHERGROUPNO: '2' }), {}, 'GL_VOUCHER');
    expect(taken.ResponseStatus.Errors[0]?.FieldName).toBe('FVOUCHERGROUPNO');
    const wrongDimension = voucherModel('V-4');
    Object.assign(wrongDimension.FEntity[0] ?? {}, { FDetailID: { FDETAILID__FFLEX6: { FNumber: 'C999' } } });
    expect((await save(wrongDimension, {}, 'GL_VOUCHER')).ResponseStatus.MsgCode).toBe(9);
    const seen = rig.simulator.inspect();
    expect(seen['vouchers']).toMatchObject([
      { key: 'V-1', number: 1 },
      { key: 'V-2', number: 2, period: 11 },
    ]);
    expect(seen['totals']).toEqual({ debit: '0.2', credit: '0.2' });
    const pushed = await call('Push', { formid: 'GL_VOUCHER', data: { Ids: '1', RuleId: 'SaleOrder-OutStock' } });
    expect(pushed.ResponseStatus.IsSuccess).toBe(false);
  });

  test('a user who may only read', async () => {
    const { said } = await login('ValidateUser', ['dcid-1', 'reader', 'sandbox-only', 2052]);
    cookie = { 'kdservice-sessionid': String(said['KDSVCSessionId']) };
    expect((await save(orderModel())).ResponseStatus.MsgCode).toBe(2);
    expect(await query({ FieldKeys: 'FID' })).toEqual([]);
  });

  test('state is rebuilt from the journal', async () => {
    await save(orderModel(), { IsAutoSubmitAndAudit: true });
    await save(orderModel({ FBillNo: '' }));
    await save(orderModel({ FBillNo: 'SO-GONE' }));
    await call('Delete', { formid: 'SAL_SaleOrder', data: { Numbers: ['SO-GONE'] } });
    const data = { Numbers: ['SO-2026-0001'], RuleId: 'SaleOrder-OutStock' };
    await call('Push', { formid: 'SAL_SaleOrder', data });
    await save(voucherModel('V-1'), {}, 'GL_VOUCHER');
    const second = await startKingdee(options, [...rig.lines]);
    const before = rig.simulator.inspect();
    expect(before['salesOrders']).toHaveLength(2);
    expect(second.simulator.inspect()).toEqual(before);
    const body = { formid: 'SAL_SaleOrder', data: { Model: orderModel({ FBillNo: '' }) } };
    const { json } = await second.post('Save', body, appHeaders);
    expect(result(json)).toMatchObject({ Number: 'XSDD000002' });
    const journal = rig.lines.map((line) => JSON.parse(line) as { data: { changes: { put?: { id: number } }[] } });
    const used = journal.flatMap((entry) => entry.data.changes.map((change) => change.put?.id));
    expect(used).not.toContain(result(json)['Id']);
    await second.stop();
  });
});
