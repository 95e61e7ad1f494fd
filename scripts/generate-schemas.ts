import { writeFileSync } from 'node:fs';
import { DeliveryOrderPayload, ReturnOrderPayload } from '../connectors/wms/payload.js';
import { ReturnReport, ShipmentReport } from '../core/order/reports.js';
import { OrderInput } from '../core/order/schema.js';

/** Writes the schemas that mapping folders share with the code, for `npm run format` to lay out; a test fails when one is old. */
const folder = new URL('../mappings/', import.meta.url);
const write = (path: string, schema: object): void =>
  writeFileSync(new URL(path, folder), `${JSON.stringify(schema, null, 2)}\n`);

write('salesforce-order-to-order/output.schema.json', OrderInput);
write('order-to-wms-delivery-order/output.schema.json', DeliveryOrderPayload);
write('order-to-wms-return-order/output.schema.json', ReturnOrderPayload);
write('wms-confirm-to-shipment/output.schema.json', ShipmentReport);
write('wms-return-to-report/output.schema.json', ReturnReport);
