import { CODE, refuse } from './answers.js';
import { type Column, columnOf } from './columns.js';
import type { BaseData, BaseItem } from './data.js';
import { type Cell, type Filter, parseFilter } from './filter.js';
import type { Form, Forms } from './forms.js';
import { member, texts } from './lookup.js';
import type { Bill, BillStore, Entry } from './store.js';

export interface QueryWorld {
  readonly forms: Forms;
  readonly base: BaseData;
  readonly store: BillStore;
  /** Most rows of one answer. */
  readonly maxLimit: number;
}

export interface Table {
  readonly keys: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A source of rows: reads a cell of the current row by field name. */
type Read = (field: string) => Cell;

/** ExecuteBillQuery and BillQuery. @throws Refusal MsgCode 4, 8 or 9. */
export function query(formId: string, data: Readonly<Record<string, unknown>>, world: QueryWorld): Table {
  const form = world.forms.get(formId.toLowerCase());
  const kind = form === undefined && world.base.has(formId) ? formId : undefined;
  if (form === undefined && kind === undefined) {
    throw refuse(CODE.exception, `标识为“${formId}”的业务对象不存在，或者被删除。`);
  }
  const keys = texts(member(data, 'FieldKeys')).map((key) => key.trim());
  if (keys.length === 0) throw refuse(CODE.parameter, 'data数据包中的参数FieldKeys的值不能为空。');
  const filterText = member(data, 'FilterString') ?? '';
  if (typeof filterText !== 'string') throw refuse(CODE.parameter, 'FilterString只支持文本形式。');
  const filter = parseFilter(filterText);
  const order = readOrder(String(member(data, 'OrderString') ?? ''));
  const names = [...keys, ...filter.fields, ...order.map((o) => o.field)];
  const source = form === undefined ? baseRows(kind ?? '', names, world) : billRows(form, names, filter, world);
  const matching = sorted(source.filter(filter.matches), order);
  return { keys, rows: page(matching, data, world.maxLimit).map((read) => keys.map((key) => read(key))) };
}

interface Order {
  readonly field: string;
  readonly descending: boolean;
}

const readOrder = (text: string): Order[] =>
  texts(text).map((part) => {
    const [field = '', direction = 'asc'] = part.trim().split(/\s+/);
    return { field, descending: direction.toLowerCase() === 'desc' };
  });

function sorted(rows: readonly Read[], order: readonly Order[]): readonly Read[] {
  if (order.length === 0) return rows;
  return [...rows].sort((a, b) => {
    for (const { field, descending } of order) {
      const [x, y] = [a(field) ?? '', b(field) ?? ''];
      if (x !== y) return x < y !== descending ? -1 : 1;
    }
    return 0;
  });
}

/** `TopRowCount` cuts the whole result first; `StartRow` and `Limit` then take a page of what is left. */
function page<T>(rows: readonly T[], data: Readonly<Record<string, unknown>>, maxLimit: number): readonly T[] {
  const number = (name: string): number => Math.max(0, Number(member(data, name) ?? 0) || 0);
  const top = number('TopRowCount') === 0 ? rows : rows.slice(0, number('TopRowCount'));
  const limit = number('Limit') === 0 ? maxLimit : Math.min(number('Limit'), maxLimit);
  return top.slice(number('StartRow'), number('StartRow') + limit);
}

/** A row per bill, or per entry as soon as an entry field is named anywhere. */
function billRows(form: Form, names: readonly string[], filter: Filter, world: QueryWorld): Read[] {
  const columns = new Map<string, Column>();
  for (const name of names) columns.set(name, columnOf(form, name, world.base, world.store));
  const perEntry = [...columns.values()].some((column) => column.perEntry);
  const rowOf = (bill: Bill, entry: Entry | undefined): Read => {
    return (name) => columns.get(name)?.read(bill, entry) ?? null;
  };
  return candidates(form, filter, world.store).flatMap((bill) =>
    perEntry ? bill.entries.map((entry) => rowOf(bill, entry)) : [rowOf(bill, undefined)],
  );
}

/** A filter that pins id or number needs to look at one bill only. */
function candidates(form: Form, filter: Filter, store: BillStore): readonly Bill[] {
  const id = filter.pinned.get(form.idKey.toLowerCase());
  const number = filter.pinned.get('fbillno');
  if (id === undefined && number === undefined) return store.all(form.id);
  const bill = id === undefined ? store.byNumber(form.id, number ?? '') : store.get(form.id, Number(id));
  return bill === undefined ? [] : [bill];
}

const BASE_COLUMNS: Readonly<Record<string, (item: BaseItem) => Cell>> = {
  fnumber: (item) => item.number,
  fname: (item) => item.name,
  fid: (item) => item.id,
  fcustid: (item) => item.id,
  fmaterialid: (item) => item.id,
  fdocumentstatus: () => 'C',
  fforbidstatus: () => 'A',
};

function baseRows(kind: string, names: readonly string[], world: QueryWorld): Read[] {
  const missing = names.find((name) => BASE_COLUMNS[name.toLowerCase()] === undefined);
  if (missing !== undefined) throw refuse(CODE.unknownValue, `元数据中标识为${missing}的字段不存在`);
  return world.base.all(kind).map((item) => (name) => BASE_COLUMNS[name.toLowerCase()]?.(item) ?? null);
}
