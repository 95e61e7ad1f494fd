import { longId } from '../row-id.js';
import { checkFields } from './check-fields.js';
import { checkDelete, entryFields, lineFields, linesOf, orderFields, orderTotal } from './order-rules.js';
import { bad, notFound, Refusal } from './refusal.js';
import { type Row, textOf, type Value } from './row.js';
import { findField, SCHEMA } from './schema.js';
import type { Rows, Store } from './store.js';

/** Who changes something, and what the organisation does by itself afterwards. */
export interface Writer {
  readonly store: Store;
  readonly userId: string;
  /** Writing a hub field of an Opportunity runs an automation that touches the orders of it. */
  readonly echo: boolean;
}

type Given = Readonly<Record<string, unknown>>;
type Rule = (rows: Rows, before: Row | undefined, given: Row) => Record<string, Value>;

const RULES: Readonly<Record<string, Rule>> = {
  Order: orderFields,
  OrderItem: lineFields,
  PricebookEntry: entryFields,
};

/** Numbers people see are handed out on create. */
const NUMBERED: Readonly<Record<string, string>> = { Order: 'OrderNumber', OrderItem: 'OrderItemNumber' };

export function createRow(writer: Writer, rows: Rows, type: string, given: Given): string {
  const fields = { ...defaultsOf(type), ...checkFields(rows, type, given, true) };
  if (findField(type, 'OwnerId') !== undefined) fields['OwnerId'] ??= writer.userId;
  const derived = RULES[type]?.(rows, undefined, fields) ?? {};
  const id = writer.store.newId(type);
  const stamp = writer.store.newStamp();
  const number = NUMBERED[type];
  const empty = Object.fromEntries(Object.keys(SCHEMA[type]?.fields ?? {}).map((name) => [name, null]));
  rows.put(type, {
    ...empty,
    ...fields,
    ...derived,
    ...(number === undefined ? {} : { [number]: String(writer.store.newNumber()).padStart(8, '0') }),
    Id: id,
    IsDeleted: false,
    CreatedDate: stamp,
    CreatedById: writer.userId,
    LastModifiedDate: stamp,
    LastModifiedById: writer.userId,
    SystemModstamp: stamp,
  });
  afterWrite(rows, type, id);
  return id;
}

export function updateRow(writer: Writer, rows: Rows, type: string, id: string, given: Given): void {
  const before = liveRow(rows, type, id);
  const fields = checkFields(rows, type, given, false);
  const derived = RULES[type]?.(rows, before, fields) ?? {};
  const stamp = writer.store.newStamp();
  const activated = derived['StatusCode'] === 'Activated' && before['StatusCode'] !== 'Activated';
  rows.put(type, {
    ...before,
    ...fields,
    ...derived,
    ...(activated ? { ActivatedDate: stamp, ActivatedById: writer.userId } : {}),
    LastModifiedDate: stamp,
    LastModifiedById: writer.userId,
    SystemModstamp: stamp,
  });
  afterWrite(rows, type, longId(id));
  if (writer.echo && type === 'Opportunity' && Object.keys(fields).some((name) => name.startsWith('Hub_'))) {
    touchOrders(writer, rows, longId(id));
  }
}

/** Rows go to the recycle bin; the lines of an order go with it. */
export function deleteRow(writer: Writer, rows: Rows, type: string, id: string): void {
  const row = liveRow(rows, type, id);
  checkDelete(rows, type, row);
  const stamp = writer.store.newStamp();
  rows.put(type, { ...row, IsDeleted: true, LastModifiedDate: stamp, SystemModstamp: stamp });
  if (type === 'Order')
    for (const line of linesOf(rows, longId(id))) deleteRow(writer, rows, 'OrderItem', textOf(line, 'Id'));
  afterWrite(rows, type, longId(id));
}

/** @throws Refusal MALFORMED_ID, NOT_FOUND, ENTITY_IS_DELETED */
export function liveRow(rows: Rows, type: string, id: string): Row {
  if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(id)) throw bad('MALFORMED_ID', `bad id ${id}`);
  const row = rows.get(type, longId(id));
  if (row === undefined) throw notFound();
  if (row['IsDeleted'] === true) throw new Refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  return row;
}

const defaultsOf = (type: string): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(SCHEMA[type]?.fields ?? {}).flatMap(([name, field]) =>
      field.default === undefined || field.readOnly ? [] : [[name, field.default]],
    ),
  );

/** The order's total follows its lines; its stamps do not, which is why lines have to be polled as well. */
function afterWrite(rows: Rows, type: string, id: string): void {
  if (type !== 'OrderItem') return;
  const orderId = textOf(rows.get('OrderItem', id), 'OrderId');
  const order = rows.get('Order', orderId);
  if (order === undefined) return;
  rows.put('Order', { ...order, TotalAmount: orderTotal(linesOf(rows, orderId), textOf(order, 'CurrencyIsoCode')) });
}

function touchOrders(writer: Writer, rows: Rows, opportunityId: string): void {
  for (const order of rows.below('Order', 'OpportunityId', opportunityId)) {
    if (order['IsDeleted'] === true) continue;
    const stamp = writer.store.newStamp();
    rows.put('Order', { ...order, LastModifiedDate: stamp, SystemModstamp: stamp });
  }
}
