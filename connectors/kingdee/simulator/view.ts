import { CODE, refuse } from './answers.js';
import type { BaseData } from './data.js';
import type { Field, Form } from './forms.js';
import { ids, member } from './lookup.js';
import type { Bill, BillStore, Row } from './store.js';

/** Property names of an entity are mostly field keys without the leading F. */
const propertyOf = (key: string): string => key.replace(/^F/, '');

function nested(fields: readonly Field[], row: Row, base: BaseData): Record<string, unknown> {
  const pairs = fields.map((field) => {
    const value = row[field.key];
    const item = field.type === 'ref' ? base.find(field.base ?? '', String(value ?? '')) : undefined;
    const seen = item && { Id: item.id, Number: item.number, Name: [{ Key: 2052, Value: item.name }] };
    const plain = field.type === 'decimal' && value !== undefined ? Number(value) : (value ?? null);
    return [propertyOf(field.key), field.type === 'ref' ? (seen ?? null) : plain];
  });
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

/** View by `Id` or `Number`: the whole bill under entity names. @throws Refusal MsgCode 10 when it is not there. */
export function view(form: Form, data: Readonly<Record<string, unknown>>, store: BillStore, base: BaseData) {
  const bill = wanted(form, data, store);
  if (bill === undefined) throw refuse(CODE.notFound, `${form.name}不存在`);
  const entries = bill.entries.map((entry) => ({ Id: entry.id, ...nested(form.entry, entry.row, base) }));
  const head = nested(form.head, bill.head, base);
  const entity = { Id: bill.id, DocumentStatus: bill.status, ...head, [propertyOf(form.entryKey)]: entries };
  return { Result: { ResponseStatus: { IsSuccess: true }, Result: entity } };
}

function wanted(form: Form, data: Readonly<Record<string, unknown>>, store: BillStore): Bill | undefined {
  const [id] = ids(member(data, 'Id'));
  return id === undefined ? store.byNumber(form.id, String(member(data, 'Number') ?? '')) : store.get(form.id, id);
}
