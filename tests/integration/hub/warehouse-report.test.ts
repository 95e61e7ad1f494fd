import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CallbackKeys, type QimenCall, shipmentCallback } from '../../../connectors/wms/sandbox-callback.js';
import { type Rig, startRig } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const KEYS: CallbackKeys = { appKey: '12345678', appSecret: 'demosecret', customerId: 'c1234567890' };
const call = (outBizCode: string, keys = KEYS): QimenCall => {
  const lines = [{ lineNo: 1, itemCode: 'HW-GATEWAY', quantity: 1 }];
  return shipmentCallback(keys, { deliveryOrderCode: 'SO-9-D1', outBizCode, lines, final: true }, new Date());
};
const post = async ({ query, headers, body }: QimenCall) => {
  const { status, data, headers: got } = await rig.api.post(`/api/v1/inbound/wms/report?${query}`, body, { headers });
  return { status, type: String(got['content-type']), text: String(data) };
};
const kept = (dedupeKey: string) => rig.running.hub.models.messages.find({ connection: 'wms', dedupeKey }).lean();

test('a report is stored, then answered as the protocol asks; a repeat is answered alike and stored once', async () => {
  for (const answer of [await post(call('C-1')), await post(call('C-1'))]) {
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('application/xml') });
    expect(answer.text).toContain('<flag>success</flag>');
  }
  const messages = await kept('deliveryorder.confirm/SO-9-D1/C-1');
  expect(messages).toMatchObject([
    { kind: 'wms.delivery-confirm', mapping: 'wms-confirm-to-shipment', state: 'early', duplicates: 1 },
  ]);
});

test('a forged report is answered with the failure of the protocol and goes to quarantine', async () => {
  const answer = await post(call('C-2', { ...KEYS, appSecret: 'guessed' }));
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('<flag>failure</flag><code>sign-check-failure</code>');
  expect(await kept('deliveryorder.confirm/SO-9-D1/C-2')).toEqual([]);
  expect(await rig.running.hub.models.quarantine.countDocuments({ connection: 'wms' })).toBe(1);
});

test('the sandbox warehouse is proven, and tells its stock', async () => {
  const { data } = await rig.api.post('/api/v1/connections/wms/probe');
  expect(data.ok).toBe(true);
  const warehouse = await rig.running.hub.connections.get('wms');
  expect(await warehouse.read('stock.query', { items: ['HW-GATEWAY'] })).toEqual({
    items: [{ itemCode: 'HW-GATEWAY', inventoryType: 'ZP', quantity: '1000000', locked: '0' }],
  });
});
