import { writeFileSync } from 'node:fs';
import { OrderInput } from '../core/order/schema.js';

/** Writes the schemas that mapping folders share with the code; a test fails when a folder is out of date. */
const folder = new URL('../mappings/', import.meta.url);
const write = (path: string, schema: object): void =>
  writeFileSync(new URL(path, folder), `${JSON.stringify(schema, null, 2)}\n`);

write('salesforce-order-to-order/output.schema.json', OrderInput);
