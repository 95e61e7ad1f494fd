import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { DeliveryOrderPayload, ReturnOrderPayload } from '../../../connectors/wms/payload.js';
import { SANDBOX } from '../../../connectors/wms/simulator/data.js';
import { loadMappings } from '../../../core/mapping/registry.js';
import { ReturnReport, readReport, ShipmentReport } from '../../../core/order/reports.js';
import { effectCall, operationOf, type Rig, startRig } from './rig.js';

const mappings = loadMappings('mappings');
const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

test.each([
  ['order-to-wms-delivery-order', DeliveryOrderPayload],
  ['order-to-wms-return-order', ReturnOrderPayload],
  ['wms-confirm-to-shipment', ShipmentReport],
  ['wms-return-to-report', ReturnReport],
])('%s yields what the code takes (npx tsx scripts/generate-schemas.ts)', (name, schema) => {
  const { outputSchema } = mappings.get(name);
  expect(outputSchema).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the sandbox has every piece of hardware of the catalogue', () => {
  const products = JSON.parse(readFileSync('catalog/products.json', 'utf8')) as { sku: string; kind: string }[];
  const hardware = products.filter(({ kind }) => kind === 'hardware').map(({ sku }) => sku);
  expect(hardware.length).toBeGreaterThan(0);
  expect(SANDBOX.stock.filter(({ quantity }) => quantity >= 100_000).map(({ itemCode }) => itemCode)).toEqual(hardware);
});

/** An order as it is presented, as far as the mappings look. */
const order = {
  orderNumber: 'SO-1',
  orderDate: '2026-01-10',
  customer: { code: 'C001', name: '厦门示例软件有限公司' },
  shipTo: { country: 'CN', city: '厦门市', street: '软件园二期望海路 10 号', contact: '王工' },
  lines: [
    { lineNo: 2, product: 'HW-GATEWAY', nameZh: '边缘网关', unitPrice: '11400', taxRate: '0.13' },
    { lineNo: 3, product: 'HW-SERVER', nameZh: '应用服务器', unitPrice: '68000', taxRate: '0.13' },
  ],
};

test('an order goes out, is shipped in two parts and comes back, line by line', async () => {
  const rig = await startRig();
  rigs.push(rig);
  const connection = rig.connection.settings;
  const map = async (name: string, input: unknown) => (await mappings.run(name, input)).output as object;
  const lines = [
    { lineNo: 2, product: 'HW-GATEWAY', quantity: '10' },
    { lineNo: 3, product: 'HW-SERVER', quantity: '1' },
  ];
  const shipment = { number: 'SO-1-D1', date: '2026-01-15', lines };
  const payload = await map('order-to-wms-delivery-order', { order, orderNumber: 'SO-1', connection, shipment });
  await operationOf(rig.connector, 'delivery-order.create').send(effectCall('SO-1-D1', payload));

  const ship = { deliveryOrderCode: 'SO-1-D1', tracking: 'SF1' };
  await rig.control('ship', { ...ship, lines: [{ lineNo: 2, quantity: 4 }], final: false });
  const rest = [
    { lineNo: 2, quantity: 6 },
    { lineNo: 3, quantity: 1 },
  ];
  await rig.control('ship', { ...ship, lines: rest, final: true });

  const back = { number: 'SO-1-R1', shipment: 'SO-1-D1', lines: [{ lineNo: 2, product: 'HW-GATEWAY', quantity: '2' }] };
  const announced = await map('order-to-wms-return-order', { order, connection, return: back });
  await operationOf(rig.connector, 'return-order.create').send(effectCall('SO-1-R1', announced));
  const came = [
    { lineNo: 2, quantity: 1 },
    { lineNo: 2, quantity: 1, inventoryType: 'JS' },
  ];
  await rig.control('receive-return', { returnOrderCode: 'SO-1-R1', lines: came, final: true });

  const reports = await Promise.all(
    [...rig.hub.kept.values()].map(async ({ mapping = '', body }) => readReport(await map(mapping, body))),
  );
  expect(reports).toMatchObject([
    {
      schema: 'shipment/v1',
      shipment: 'SO-1-D1',
      state: 'part-shipped',
      lines: [{ lineNo: 2, product: 'HW-GATEWAY', quantity: '4' }],
      parcels: [{ carrier: 'SF', tracking: 'SF1' }],
    },
    {
      state: 'shipped',
      lines: [
        { lineNo: 2, quantity: '6' },
        { lineNo: 3, quantity: '1' },
      ],
    },
    {
      schema: 'return/v1',
      return: 'SO-1-R1',
      lines: [
        { lineNo: 2, product: 'HW-GATEWAY', quantity: '1', condition: 'good' },
        { lineNo: 2, product: 'HW-GATEWAY', quantity: '1', condition: 'damaged' },
      ],
    },
  ]);
});
