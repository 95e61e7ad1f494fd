import { CODE, refuse } from './answers.js';
import type { BaseData } from './data.js';
import type { Cell } from './filter.js';
import type { Field, Form } from './forms.js';
import { shippedOf } from './rules.js';
import type { Bill, BillStore, Entry, Row } from './store.js';
import { add, decimalIn, negate, plainDecimal } from './values.js';

/** One column of a query: how to read it, and whether asking for it gives a row per entry. */
export interface Column {
  readonly perEntry: boolean;
  read(bill: Bill, entry: Entry | undefined): Cell;
}

type Reader = (bill: Bill) => Cell;

/** Columns every form has besides the fields of its metadata. */
const systemColumns = (form: Form): Readonly<Record<string, Reader>> => ({
  [form.idKey.toLowerCase()]: (bill) => bill.id,
  fdocumentstatus: (bill) => bill.status,
  fcancelstatus: (bill) => (bill.cancelled ? 'B' : 'A'),
  fmodifydate: (bill) => bill.modified,
});

/** Entry fields that follow from other bills, read when asked for. */
const LIVE: Readonly<Record<string, (entry: Entry, store: BillStore) => string>> = {
  FStockOutQty: (entry, store) => plainDecimal(shippedOf(store, entry.id, 'audited')),
  FRemainOutQty: (entry, store) =>
    plainDecimal(add(decimalIn(entry.row, 'FQty'), negate(shippedOf(store, entry.id, 'audited')))),
};

/** Finds a column by its query name, e.g. `FCustId.FNumber`. @throws Refusal MsgCode 9 when there is none. */
export function columnOf(form: Form, name: string, base: BaseData, store: BillStore): Column {
  const wanted = name.toLowerCase();
  const system = systemColumns(form)[wanted];
  if (system !== undefined) return { perEntry: false, read: system };
  if (wanted === `${form.entryKey}_FEntryID`.toLowerCase()) {
    return { perEntry: true, read: (_, entry) => entry?.id ?? null };
  }
  const head = matching(form.head, wanted);
  if (head !== undefined) {
    const read = reader(head.field, head.attribute, base);
    return { perEntry: false, read: (bill) => read(bill.head) };
  }
  const entry = matching(form.entry, wanted);
  if (entry === undefined) throw refuse(CODE.unknownValue, `元数据中标识为${name}的字段不存在`);
  const live = LIVE[entry.field.key];
  if (live !== undefined) {
    return { perEntry: true, read: (_, e) => (e === undefined ? null : Number(live(e, store))) };
  }
  const read = reader(entry.field, entry.attribute, base);
  return { perEntry: true, read: (_, e) => (e === undefined ? null : read(e.row)) };
}

/** A field named alone, or a reference with an attribute behind a dot. */
function matching(fields: readonly Field[], wanted: string): { field: Field; attribute: string } | undefined {
  for (const field of fields) {
    const key = field.key.toLowerCase();
    if (wanted === key) return { field, attribute: '' };
    const attribute = wanted.slice(key.length + 1);
    if (field.type === 'ref' && wanted.startsWith(`${key}.`) && ['fnumber', 'fname'].includes(attribute)) {
      return { field, attribute };
    }
  }
  return undefined;
}

function reader(field: Field, attribute: string, base: BaseData): (row: Row) => Cell {
  if (field.type === 'decimal') return (row) => Number(row[field.key] ?? 0);
  if (field.type === 'bool') return (row) => row[field.key] === true;
  if (field.type !== 'ref') return (row) => row[field.key] ?? null;
  return (row) => {
    const item = base.find(field.base ?? '', String(row[field.key] ?? ''));
    if (item === undefined) return attribute === '' ? 0 : null;
    return attribute === 'fnumber' ? item.number : attribute === 'fname' ? item.name : item.id;
  };
}
